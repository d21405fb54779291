import { expect } from 'chai';
import {
  instanceOf,
  lives,
  sleeper,
  until,
  useService,
  type TaskJson,
  type TestService,
} from '../support/index.js';

/** Makes processes that ignore SIGTERM. */
const STUBBORN = `trap '' TERM; exec sleep 1000`;

describe('Instances as real processes, in one service', () => {
  const service = useService({
    env: { EKIDEN_RECONCILE_SECONDS: '1', EKIDEN_DOCKER_HOSTS: 'none' },
  });

  async function runs(
    body: ReturnType<typeof sleeper>,
    count: number,
  ): Promise<readonly TaskJson[]> {
    await service().api.ask('POST', '/v2/apps', body);
    return (await service().settled(body.id, count)).tasks;
  }

  function kill(path: string): Promise<{ readonly body: unknown }> {
    return service().api.ask('DELETE', path);
  }

  async function ids(app: string): Promise<readonly string[]> {
    return (await service().api.tasks(app)).map(({ id }) => id);
  }

  it('SCL-01: scaling keeps what there is', async () => {
    const [first] = await runs(sleeper('/scl1', 1), 1);
    await service().api.ask('PUT', '/v2/apps/scl1', { instances: 3 });
    await service().settled('/scl1', 3);
    await service().api.ask('PUT', '/v2/apps/scl1', { instances: 1 });
    await service().settled('/scl1', 1);
    expect(await ids('/scl1')).to.deep.equal([first?.id]);
  });

  for (const [id, killSelection, survivor] of [
    ['SCL-02', 'YOUNGEST_FIRST', 0],
    ['SCL-03', 'OLDEST_FIRST', 1],
  ] as const) {
    it(`${id}: ${killSelection} holds for processes`, async () => {
      const name = `/${id.toLowerCase()}`;
      const [first] = await runs(sleeper(name, 1, { killSelection }), 1);
      await service().api.ask('PUT', `/v2/apps${name}`, { instances: 2 });
      const both = (await service().settled(name, 2)).tasks.map((task) => task.id);
      const byAge = [first?.id, both.find((each) => each !== first?.id)];
      await service().api.ask('PUT', `/v2/apps${name}`, { instances: 1 });
      await service().settled(name, 1);
      expect(await ids(name)).to.deep.equal([byAge[survivor]]);
    });
  }

  it('SCL-04, SCL-06, SCL-09, SCL-07: kills by hand replace, wipe and scale', async () => {
    const [first] = await runs(sleeper('/kill', 1), 1);
    const before = instanceOf(first?.id ?? '');
    await kill(`/v2/apps/kill/tasks/${first?.id ?? ''}`);
    const second = await until(async () => {
      const [id] = await ids('/kill');
      return id !== first?.id && id;
    }, 'the next incarnation');
    expect(instanceOf(second)).to.deep.equal({ ...before, incarnation: 2 });
    await service().settled('/kill', 1);
    await kill('/v2/apps/kill/tasks');
    const third = await until(async () => {
      const [id] = await ids('/kill');
      return id !== second && id;
    }, 'the third');
    expect(instanceOf(third).incarnation).to.equal(3);
    await service().settled('/kill', 1);
    await kill(`/v2/apps/kill/tasks/${third}?wipe=true`);
    const wiped = await until(async () => {
      const found = (await ids('/kill')).find((id) => instanceOf(id).instance !== before.instance);
      return found;
    }, 'another instance');
    expect(instanceOf(wiped).incarnation).to.equal(1);
    await service().settled('/kill', 1);
    await kill('/v2/apps/kill/tasks?scale=true');
    await service().settled('/kill', 0);
    expect((await service().api.app('/kill')).instances).to.equal(0);
  });

  it('SCL-14: what waits for a place goes before what runs', async () => {
    await service().api.ask('POST', '/v2/apps', sleeper('/wait', 3, { cpus: 3 }));
    const alive = await until(async () => {
      const tasks = await service().api.tasks('/wait');
      return tasks.length === 2 && tasks.every(({ state }) => state === 'TASK_RUNNING') && tasks;
    }, 'two of three');
    await service().api.ask('PUT', '/v2/apps/wait?force=true', { instances: 2 });
    await service().settled('/wait', 2);
    expect([...(await ids('/wait'))].sort()).to.deep.equal(alive.map(({ id }) => id).sort());
    await kill('/v2/apps/wait');
  });

  it('BKO-03, BKO-06, BKO-07, BKO-08: a crash loop waits, whatever is asked but a restart', async () => {
    const crash = { cmd: 'exit 7', backoffSeconds: 60 };
    await service().api.ask('POST', '/v2/apps', sleeper('/loop', 1, crash));
    const delayed = (count: number) =>
      until(async () => {
        const item = await service().api.queueItem('/loop');
        return item?.count === count && item.delay.timeLeftSeconds > 0;
      }, `a delay of ${count}`);
    const failed = async (): Promise<string | undefined> =>
      (await service().api.app('/loop')).lastTaskFailure?.taskId;
    await delayed(1);
    const first = await failed();
    await service().api.ask('PUT', '/v2/apps/loop?force=true', { instances: 3 });
    await delayed(3);
    expect(await failed()).to.equal(first);
    const other = (than: string | undefined) =>
      until(async () => {
        const now = await failed();
        return now !== than && now;
      }, 'another failure');
    await service().api.ask('POST', '/v2/apps/loop/restart?force=true');
    const second = await other(first);
    await delayed(3);
    await kill('/v2/queue/loop/delay');
    await other(second);
    expect((await service().api.why('/loop')).reasons.join()).to.match(/status 7/);
    await kill('/v2/apps/loop');
  });

  it('APP-32: a task has its grace, and then it is killed', async () => {
    const [patient] = await runs(
      sleeper('/patient', 1, { cmd: STUBBORN, taskKillGracePeriodSeconds: 2 }),
      1,
    );
    const process = await until(
      () =>
        service()
          .home.tasks()
          .find(({ taskId }) => taskId === patient?.id),
      'its process',
    );
    const begun = performance.now();
    await kill('/v2/apps/patient');
    await until(() => !lives(process), 'its end');
    expect(performance.now() - begun).to.be.at.least(1_800);
  });

  it('SCL-27: a kill is announced, carried out, and told with who wanted it', async () => {
    const events = await watchEvents(service());
    const [task] = await runs(sleeper('/told', 1), 1);
    await kill(`/v2/apps/told/tasks/${task?.id ?? ''}?scale=true`);
    await service().settled('/told', 0);
    const seen = await until(() => {
      const of = events.lines().filter((line) => line.includes(task?.id ?? '-'));
      return of.some((line) => line.includes('"TASK_KILLED"')) && of;
    }, 'its end in the events');
    events.end();
    const states = seen.map((line) => /"taskStatus":"(\w+)"/.exec(line)?.[1]);
    expect(states.slice(-2)).to.deep.equal(['TASK_KILLING', 'TASK_KILLED']);
    expect(seen.at(-1)).to.match(/Killed because its app has more instances .*deployment/);
  });

  it('SCL-21: a process that is killed by hand is replaced, once', async () => {
    const tasks = await runs(sleeper('/five', 3, { backoffSeconds: 0 }), 3);
    const [victim] = service()
      .home.tasks()
      .filter(({ taskId }) => tasks.some(({ id }) => id === taskId));
    process.kill(victim?.pid ?? 0, 'SIGKILL');
    await until(async () => !(await ids('/five')).includes(victim?.taskId ?? ''), 'its end');
    await service().settled('/five', 3);
    const alive = service()
      .home.tasks()
      .filter(({ taskId }) => taskId.startsWith('five.'));
    expect(alive).to.have.length(3);
  });
});

/** Everything the event stream brings from now on. */
async function watchEvents(service: TestService): Promise<{
  readonly lines: () => readonly string[];
  readonly end: () => void;
}> {
  const ending = new AbortController();
  const response = await fetch(`${service.url}/v2/events?event_type=status_update_event`, {
    headers: { accept: 'text/event-stream' },
    signal: ending.signal,
  });
  let text = '';
  const read = async (): Promise<void> => {
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) text += decoder.decode(chunk as Uint8Array);
  };
  void read().catch(() => undefined);
  return {
    lines: () => text.split('\r\n').filter((line) => line.startsWith('data: ')),
    end: () => {
      ending.abort();
    },
  };
}
