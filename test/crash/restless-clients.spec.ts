import { expect } from 'chai';
import { SeededChance, type Chance } from '@ekiden/kernel';
import { openDatabase } from '@ekiden/store';
import { testDatabases } from '../../libs/store/testing/index.js';
import { sleeper, until, useStage, type TestService } from '../support/index.js';

const CLIENTS = 20;
const APPS = 8;

/** Events a client takes before it leaves, at most. */
const PATIENCE_MAX = 25;

/** Between two connections of a client. */
const BREATH_MS = 20;

interface Taken {
  readonly id: number;
  readonly type: string;
  readonly data: Record<string, unknown>;
}

/** A client that leaves now and then, and always comes back to where it was. */
class RestlessClient {
  readonly taken: Taken[] = [];
  connections = 0;
  private readonly url: () => string;
  private readonly chance: Chance;
  private readonly abort = new AbortController();
  private readonly ended: Promise<void>;

  constructor(url: () => string, chance: Chance) {
    this.url = url;
    this.chance = chance;
    this.ended = this.run();
  }

  get lastId(): number {
    return this.taken.at(-1)?.id ?? 0;
  }

  async leave(): Promise<void> {
    this.abort.abort();
    await this.ended;
  }

  private async run(): Promise<void> {
    while (!this.abort.signal.aborted) {
      // The service is away, or has just been killed.
      await this.follow().catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, BREATH_MS));
    }
  }

  private async follow(): Promise<void> {
    const connection = new AbortController();
    const end = (): void => connection.abort();
    this.abort.signal.addEventListener('abort', end, { once: true });
    const headers = { accept: 'text/event-stream', 'last-event-id': String(this.lastId) };
    try {
      const { body } = await fetch(this.url(), { headers, signal: connection.signal });
      this.connections += 1;
      let left = 1 + this.chance.int(PATIENCE_MAX);
      let rest = '';
      for await (const text of body?.pipeThrough(new TextDecoderStream()) ?? []) {
        const frames = (rest + text).split('\r\n\r\n');
        rest = frames.pop() ?? '';
        for (const frame of frames) {
          if (left === 0) return;
          if (this.take(frame)) left -= 1;
        }
        if (left === 0) return;
      }
    } finally {
      this.abort.signal.removeEventListener('abort', end);
      end();
    }
  }

  private take(frame: string): boolean {
    const [, id, type = '', data = ''] =
      /^id: (\d+)\r\nevent: (.*)\r\ndata: (.*)$/m.exec(frame.trimStart()) ?? [];
    if (id === undefined) return false;
    this.taken.push({ id: Number(id), type, data: JSON.parse(data) as Taken['data'] });
    return true;
  }
}

/** What the database has of events. */
async function outboxOf(url: string): Promise<readonly Taken[]> {
  const database = await openDatabase({ at: { url }, entities: [], migrations: [] });
  const rows = await database.query<{ number: string; type: string; payload: Taken['data'] }>(
    'SELECT number, type, payload FROM outbox_events ORDER BY number',
  );
  await database.close();
  return rows.map(({ number, type, payload }) => ({ id: Number(number), type, data: payload }));
}

describe('Clients of the event stream that come and go, through SIGKILL of the service', () => {
  const stage = useStage();

  it('each have exactly what the database has, in order', async function () {
    this.timeout(60_000);
    const { url } = await testDatabases.create();
    const env = { DATABASE_URL: url, EKIDEN_SIMULATED_AGENTS: '3', EKIDEN_LEASE_SECONDS: '2' };
    const service = await stage.start({ env });
    const followed = (query: string) => () => `${service.url}/v2/events${query}`;
    const few = '?event_type=deployment_success&event_type=instance_changed_event';
    const clients = Array.from({ length: CLIENTS }, (_, seed) => {
      return new RestlessClient(followed(seed % 4 === 3 ? few : ''), new SeededChance(seed + 1));
    });

    for (let n = 1; n <= APPS; n += 1) {
      await service.api.ask('POST', '/v2/apps', sleeper(`/app-${n}`, 3));
      if (n === APPS / 2) await restart(service);
    }
    await until(async () => (await service.api.deployments()).length === 0, 'the last deployment');

    const outbox = (await outboxOf(url)).filter(({ type }) => type !== 'agent_changed_event');
    const last = outbox.at(-1)?.id ?? 0;
    const wanted = new Set(['deployment_success', 'instance_changed_event']);
    const some = outbox.filter(({ type }) => wanted.has(type));
    await until(
      () => clients.every(({ lastId }, seed) => lastId >= (seed % 4 === 3 ? idOf(some) : last)),
      'clients that have caught up',
      20_000,
    );
    await Promise.all(clients.map((client) => client.leave()));

    expect(outbox.length).to.be.greaterThan(APPS * 20);
    for (const [seed, { taken, connections }] of clients.entries()) {
      const expected = seed % 4 === 3 ? some : outbox;
      expect(taken.map(named), `client ${seed}`).to.deep.equal(expected.map(named));
      expect(connections, `client ${seed}`).to.be.greaterThan(2);
      for (const [at, { type, data }] of taken.entries()) {
        if (type === 'api_post_event') continue;
        const { eventType, timestamp, ...payload } = data;
        expect(eventType).to.equal(type);
        expect(timestamp).to.match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
        expect(payload).to.deep.equal(expected[at]?.data);
      }
    }
  });
});

async function restart(service: TestService): Promise<void> {
  await service.kill();
  await service.start();
}

function named({ id, type }: Taken): string {
  return `${id} ${type}`;
}

function idOf(events: readonly Taken[]): number {
  return events.at(-1)?.id ?? 0;
}
