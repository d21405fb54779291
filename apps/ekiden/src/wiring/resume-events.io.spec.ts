import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { pino } from 'pino';
import { freePort } from '../../testing/free-ports.js';
import { testDatabases, type TestDatabase } from '../../../../libs/store/testing/index.js';
import { StreamClient } from '../api/v2/events/stream-client.spec.js';
import { readSettings, type Settings } from '../settings/index.js';
import { startService } from './start-service.js';

describe('events across a restart of the service', () => {
  let place: TestDatabase;
  let settings: Settings;
  let url: string;

  beforeEach(async () => {
    place = await testDatabases.create();
    const port = await freePort();
    const dataDir = await mkdtemp(join(tmpdir(), 'ekiden-events-'));
    const outcome = readSettings({
      args: [`--http-port=${port}`, `--data-dir=${dataDir}`, '--simulated-agents=1'],
      env: {
        DATABASE_URL: place.url,
        EKIDEN_AGENT_RESOURCES: 'cpus:4;mem:4096;disk:1000;ports:[31000-31100]',
      },
      workingDirectory: dataDir,
      machineName: 'node1',
    });
    if (outcome.kind !== 'settings') throw new Error(`settings: ${outcome.kind}`);
    ({ settings } = outcome);
    url = `http://127.0.0.1:${port}`;
  });

  afterEach(async () => {
    await place.drop();
    await rm(settings.dataDir, { recursive: true });
  });

  async function create(id: string): Promise<void> {
    const response = await fetch(`${url}/v2/apps`, {
      method: 'POST',
      body: JSON.stringify({ id, cmd: 'sleep 1000', cpus: 0.1, mem: 16 }),
    });
    expect([response.status, await response.text()][0]).to.equal(201);
  }

  it('come back from the outbox, the same and each once', async () => {
    const stream = { accept: 'text/event-stream' };
    const logger = pino({ level: 'silent' });
    let service = await startService(settings, logger);
    await service.listening;
    const before = await StreamClient.open(`${url}/v2/events`, { ...stream, 'last-event-id': '0' });
    await create('/first');
    await before.until(({ types }) => types.includes('deployment_success'));
    await service.stop();
    await before.until(({ ended }) => ended !== undefined);

    service = await startService(settings, logger);
    await service.listening;
    await create('/second');
    const all = await StreamClient.open(`${url}/v2/events`, { ...stream, 'last-event-id': '0' });
    const done = (client: StreamClient): boolean =>
      client.types.filter((type) => type === 'deployment_success').length === 2;
    await all.until(done);
    const rest = await StreamClient.open(`${url}/v2/events`, {
      ...stream,
      'last-event-id': String(before.ids.at(-1)),
    });
    await rest.until(({ types }) => types.includes('deployment_success'));
    await service.stop();

    expect(before.types.slice(0, 5)).to.deep.equal([
      'event_stream_attached',
      'scheduler_registered_event',
      'group_change_success',
      'api_post_event',
      'deployment_info',
    ]);
    expect(all.ids).to.deep.equal(all.ids.map((_, i) => i + 1));
    const joined = [...before.ids, ...rest.ids];
    expect(joined).to.deep.equal(joined.map((_, i) => i + 1));
    expect(dataOf(all).slice(0, before.ids.length)).to.deep.equal(dataOf(before));
  });
});

/** What numbered events say, in order. */
function dataOf({ text }: StreamClient): readonly unknown[] {
  const found = text.matchAll(/^id: .*\r\nevent: .*\r\ndata: (.*)\r$/gm);
  return [...found].map(([, data = '']) => JSON.parse(data) as unknown);
}
