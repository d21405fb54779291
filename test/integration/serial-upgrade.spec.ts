import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import {
  until,
  useStage,
  type AppBody,
  type TaskJson,
  type TestService,
} from '../support/index.js';

const LEDGER = '/data/ledger';
const EXAMPLE = new URL('../../examples/notes/serial.json', import.meta.url);

interface ShownHook {
  readonly at: string;
  readonly slot: number;
  readonly state: string;
  readonly output?: string;
}

interface ShownDeployment {
  readonly state: string;
  readonly reason?: string;
  readonly undoneBy?: string;
  readonly hooks: readonly ShownHook[];
}

describe('A stateful app upgraded one by one, on real processes', () => {
  const stage = useStage();

  async function deployment(service: TestService, id: string): Promise<ShownDeployment> {
    return (await service.api.ask('GET', `/v2/deployments/${id}`)).body as ShownDeployment;
  }

  async function ended(service: TestService, id: string): Promise<ShownDeployment> {
    let seen: ShownDeployment | undefined;
    await until(async () => {
      seen = await deployment(service, id);
      const read = seen.hooks.every(
        ({ state, output }) => state === 'running' || output !== undefined,
      );
      return ['succeeded', 'failed'].includes(seen.state) && read;
    }, `the end of ${id}`);
    if (seen === undefined) throw new Error('no deployment was seen');
    return seen;
  }

  async function change(service: TestService, env: object): Promise<string> {
    const { body } = await service.api.ask('PUT', `/v2/apps${LEDGER}`, { env });
    return (body as { deploymentId: string }).deploymentId;
  }

  const told = (hooks: readonly ShownHook[]): string[] =>
    hooks.map(({ at, slot, state }) => `${at} ${slot} ${state}`);

  const kept = async ({ host, ports }: TaskJson): Promise<string> =>
    (await fetch(`http://${host}:${ports[0] ?? 0}/`)).text();

  /** Task ids by the order of their instances, which is the order of their slots. */
  const inSlots = (tasks: readonly TaskJson[]): readonly TaskJson[] =>
    [...tasks].sort((a, b) => (a.id < b.id ? -1 : 1));

  it('keeps data and order, runs its hooks, stops at the first failure and goes back', async () => {
    const service = await stage.start();
    const app = JSON.parse(readFileSync(EXAMPLE, 'utf8')) as AppBody;
    await service.api.ask('POST', '/v2/apps', { ...app, instances: 2 });
    const first = await service.settled(LEDGER, 2);
    for (const task of first.tasks) {
      await fetch(`http://${task.host}:${task.ports[0] ?? 0}/`, {
        method: 'POST',
        body: 'precious',
      });
    }

    const upgrade = await ended(service, await change(service, { EDITION: '2' }));
    expect(upgrade.state).to.equal('succeeded');
    expect(told(upgrade.hooks)).to.deep.equal(
      [1, 0].flatMap((slot) => [`beforeStop ${slot} succeeded`, `afterReady ${slot} succeeded`]),
    );
    const words = upgrade.hooks.map(({ output = '' }) => output.trim().split(':')[0]);
    expect(words).to.deep.equal(['wrote', 'found', 'wrote', 'found']);
    const second = inSlots((await service.settled(LEDGER, 2)).tasks);
    const starts = second.map(({ startedAt = '' }) => startedAt);
    expect([...starts].sort().reverse()).to.deep.equal(starts);

    const failed = await ended(service, await change(service, { EDITION: '3', REFUSES: '1' }));
    expect([failed.state, failed.reason]).to.deep.equal([
      'failed',
      failed.reason?.match(/^taken back: hook afterReady of \/data\/ledger \(slot 1\) failed: /)
        ? failed.reason
        : '',
    ]);
    expect(told(failed.hooks)).to.deep.equal(['beforeStop 1 succeeded', 'afterReady 1 failed']);
    expect(failed.hooks.at(-1)?.output).to.include('slot 1 is refused');
    expect((await ended(service, failed.undoneBy ?? '')).state).to.equal('succeeded');
    const third = inSlots((await service.settled(LEDGER, 2)).tasks);
    expect(third[0]?.id).to.equal(second[0]?.id);
    expect(third[1]?.id).to.not.equal(second[1]?.id);
    for (const task of third) expect(await kept(task)).to.include('precious');
    const { body } = await service.api.ask('GET', `/v2/apps${LEDGER}`);
    expect((body as { app: { env: object } }).app.env).to.deep.equal({ EDITION: '2' });
    expect((await service.api.ask('GET', '/v2/tasks')).text).to.not.include('HOOK');
  });
});
