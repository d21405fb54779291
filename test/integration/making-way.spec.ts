import { expect } from 'chai';
import { testRun } from '@ekiden/testkit';
import {
  HOST_PORTS,
  eventsOf,
  lives,
  sleeper,
  until,
  useService,
  useStage,
  type TestService,
} from '../support/index.js';

const NOTICE_SECONDS = 2;
const LONG = testRun.long;

async function running(service: TestService, id: string): Promise<readonly string[]> {
  const tasks = await service.api.tasks(id);
  return tasks.flatMap((task) => (task.state === 'TASK_RUNNING' ? [task.id] : []));
}

describe('Processes on a full host', () => {
  const service = useService({
    env: {
      EKIDEN_AGENT_RESOURCES: `cpus:1;mem:4096;disk:1000;ports:[${HOST_PORTS}]`,
      EKIDEN_DOCKER_HOSTS: 'none',
      EKIDEN_PREEMPTION_NOTICE_SECONDS: String(NOTICE_SECONDS),
    },
  });

  it('make way for an app of a higher priority, after a notice that is an event', async () => {
    const { api } = service();
    const events = eventsOf(service(), 'preemption_notice_event', 'instance_kill_ordered_event');
    const spare = { minimumHealthCapacity: 0, maximumOverCapacity: 0 };
    await api.ask('POST', '/v2/apps', sleeper('/batch', 2, { cpus: 0.5, upgradeStrategy: spare }));
    const before = (await service().settled('/batch', 2)).tasks.map(({ id }) => id);
    await api.ask('POST', '/v2/apps', sleeper('/urgent', 1, { cpus: 0.5, priority: 10 }));
    const notice = await until(() => events.seen[0], 'a notice');
    expect(notice).to.deep.include({
      eventType: 'preemption_notice_event',
      appId: '/batch',
      forApp: '/urgent',
      state: 'given',
    });
    expect(before).to.include(notice.taskId);
    expect(await running(service(), '/batch')).to.have.members(before);
    expect((await api.why('/urgent')).reasons.join()).to.match(
      /1 task of a lower priority makes room/,
    );
    await service().settled('/urgent', 1);
    const killed = await until(() => events.seen[1], 'a kill');
    expect(killed).to.deep.include({ taskId: notice.taskId, reason: 'preempted' });
    const gap = Date.parse(killed.timestamp ?? '') - Date.parse(notice.timestamp ?? '');
    expect(gap).to.be.at.least(NOTICE_SECONDS * 1_000 - 50);
    const left = await running(service(), '/batch');
    expect(left).to.deep.equal(before.filter((id) => id !== notice.taskId));
    // It waits for room like any other, and is there again as soon as there is some.
    await api.ask('DELETE', '/v2/apps/urgent');
    await service().settled('/batch', 2);
  });
});

describe('Processes that crash, or wait', () => {
  const stage = useStage();

  it('BKO-04: a crash loop waits longer each time, up to its limit', async () => {
    const service = await stage.start();
    const events = eventsOf(service, 'status_update_event');
    const [backoffFactor, maxLaunchDelaySeconds] = LONG ? [2, 8] : [1.5, 2];
    const backoff = { backoffSeconds: 1, backoffFactor, maxLaunchDelaySeconds };
    await service.api.ask('POST', '/v2/apps', sleeper('/loop', 1, { cmd: 'exit 3', ...backoff }));
    const at = (status: string): readonly number[] =>
      events.seen.flatMap(({ taskStatus, timestamp = '' }) =>
        taskStatus === status ? [Date.parse(timestamp)] : [],
      );
    const wanted = LONG ? [1, 2, 4, 8, 8] : [1, 1.5, 2, 2];
    const delays: number[] = [];
    const isSeen = async (): Promise<boolean> => {
      const item = await service.api.queueItem('/loop');
      delays.push(item?.delay.timeLeftSeconds ?? 0);
      return at('TASK_RUNNING').length > wanted.length;
    };
    await until(isSeen, 'all starts', LONG ? 60_000 : 15_000);
    const [starts, ends] = [at('TASK_RUNNING'), at('TASK_FAILED')];
    const gaps = wanted.map((_, n) => (starts[n + 1] ?? 0) - (ends[n] ?? 0));
    for (const [n, seconds] of wanted.entries()) {
      expect(gaps[n], gaps.join(', ')).to.be.at.least(seconds * 1_000 - 50);
    }
    expect(Math.max(...delays)).to.be.within(1, maxLaunchDelaySeconds);
  });

  it('LDR-08: what runs beside what waits is not touched by a change of the leader', async () => {
    const service = await stage.start();
    const unique = { constraints: [['hostname', 'UNIQUE']] };
    await service.api.ask('POST', '/v2/apps', sleeper('/pair', 2, unique));
    const waiting = async (): Promise<boolean> =>
      (await service.api.queueItem('/pair'))?.count === 1;
    await until(async () => (await running(service, '/pair')).length === 1, 'one that runs');
    await until(waiting, 'one that waits');
    const [before] = [await running(service, '/pair')];
    const processes = service.home.tasks();
    await service.kill();
    await service.start();
    await until(waiting, 'one that waits again');
    await service.api.ask('DELETE', '/v2/leader');
    await until(() => service.api.isLeading(), 'the next term', 15_000);
    await until(waiting, 'one that waits still');
    expect(await running(service, '/pair')).to.deep.equal(before);
    expect(service.home.tasks()).to.deep.equal(processes);
    expect(processes.filter(lives)).to.have.length(1);
  });
});
