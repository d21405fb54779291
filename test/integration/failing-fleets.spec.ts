import { expect } from 'chai';
import { execFileSync } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import {
  IllTasks,
  QUICK_CHECK,
  always,
  eventsOf,
  freePort,
  greeter,
  greetingOn,
  until,
  useService,
  type TestService,
} from '../support/index.js';

/** Seconds for which nothing is killed when many fail at once. */
const HOLD = 2;

const SUSPENDED = 'health_kills_suspended_event';
const KILLED = 'unhealthy_instance_kill_event';

/** Any number may be missing, and none more than wanted is started. */
const LOOSE = { upgradeStrategy: { minimumHealthCapacity: 0, maximumOverCapacity: 0 } };

const ill = new IllTasks();

/** Fourteen that are well. */
async function startFleet(service: TestService) {
  const events = eventsOf(service, SUSPENDED, KILLED);
  await service.api.ask('POST', '/v2/apps', ill.app('/fleet', 14, LOOSE));
  await service.allWell('/fleet', 14);
  const tasks = async () => (await service.api.app('/fleet')).tasks.map(({ id }) => id);
  const kills = () => events.seen.filter(({ eventType }) => eventType === KILLED);
  const suspended = () => events.find(({ eventType }) => eventType === SUSPENDED);
  return { tasks, kills, suspended };
}

describe('Twelve of fourteen that fail their health checks at once', () => {
  const service = useService();

  it('HLT-18: are not massacred, and nobody is touched when they recover', async () => {
    const { tasks, kills, suspended } = await startFleet(service());
    const before = await tasks();
    const failing = before.slice(0, 12);
    ill.fail(failing);
    const held = await until(suspended, 'suspended kills');
    expect(held.reason).to.match(/^\d+ of 14 instances fail their checks$/);
    await always(() => (kills().length === 0 ? undefined : 'somebody was killed'), 3_000);
    const { reasons } = await service().api.why('/fleet');
    expect(reasons.join('; ')).to.match(/none is replaced for its health before /);
    ill.recover(failing);
    await service().allWell('/fleet', 14);
    expect(await tasks()).to.have.members(before);
    expect(kills()).to.deep.equal([]);
  });
});

describe('Fourteen that are deadlocked', () => {
  const service = useService({ env: { EKIDEN_HEALTH_HOLD_SECONDS: String(HOLD) } });

  it('HLT-18: recover one by one', async () => {
    const { tasks, kills, suspended } = await startFleet(service());
    const before = await tasks();
    ill.fail(before);
    await until(() => kills().length >= 5, 'five kills', 15_000);
    const times = [suspended(), ...kills().slice(0, 5)].map((one) =>
      Date.parse(one?.timestamp ?? ''),
    );
    const gaps = times.slice(1).map((at, n) => at - (times[n] ?? 0));
    expect(gaps[0]).to.be.at.least(HOLD * 1_000 - 100);
    for (const gap of gaps.slice(1)) expect(gap).to.be.at.least(900);
    await service().allWell('/fleet', 14);
    expect((await tasks()).filter((id) => before.includes(id))).to.deep.equal([]);
  });
});

describe('An app of which nobody is healthy', () => {
  const service = useService();

  it('is served by those that were, until one is healthy again', async () => {
    const port = await freePort();
    const command = { value: `! test -e ${ill.folder}/$MESOS_TASK_ID` };
    const check = { protocol: 'COMMAND', command, ...QUICK_CHECK, maxConsecutiveFailures: 0 };
    const more = { portDefinitions: [{ port, name: 'http' }], healthChecks: [check] };
    await service().api.ask('POST', '/v2/apps', greeter('/web', 2, more));
    const { tasks } = await service().allWell('/web', 2);
    const [one = '', other = ''] = tasks.map(({ id }) => id);
    const asked = async (): Promise<string> =>
      [await greetingOn(port), await greetingOn(port)].join();
    await until(async () => (await asked()).includes(one), 'a greeting');
    ill.fail([one, other]);
    await until(async () => (await service().api.app('/web')).tasksUnhealthy === 2, 'both are ill');
    const both = await asked();
    expect(both).to.include(one).and.include(other);
    ill.recover([other]);
    await until(async () => !(await asked()).includes(one), 'greetings of the healthy one alone');
    expect(await asked()).to.include(other);
  });
});

describe('A prober that reaches nothing', () => {
  const service = useService();

  after(() => {
    ill.dispose();
  });

  it('kills nothing', async () => {
    const { api, pid } = service();
    const server = "require('node:http').createServer((_, a) => a.end()).listen(process.env.PORT0)";
    const http = { protocol: 'HTTP', ...QUICK_CHECK };
    const tcp = { protocol: 'TCP', ...QUICK_CHECK };
    const web = { cmd: 'exec node -e "$SERVER"', env: { SERVER: server }, cpus: 0.05, mem: 32 };
    await api.ask('POST', '/v2/apps', { id: '/web', ...web, healthChecks: [http, tcp] });
    await api.ask('POST', '/v2/apps', ill.app('/other', 2));
    const seen = async () => {
      const apps = [await service().allWell('/web', 1), await service().allWell('/other', 2)];
      return apps.flatMap((app) => app.tasks.map(({ id }) => id));
    };
    const before = await seen();
    // It may open nothing any more: no socket, and no pipe to a command.
    execFileSync('prlimit', ['--pid', String(pid), '--nofile=1:']);
    await until(() => service().logged('probes-mute').length > 0, 'checks that cannot be sent');
    await delay(4_000);
    execFileSync('prlimit', ['--pid', String(pid), '--nofile=4096:']);
    await until(() => service().logged('can be sent again').length > 0, 'checks that are sent');
    expect(await seen()).to.deep.equal(before);
    const events = eventsOf(service(), KILLED, 'status_update_event');
    await until(() => events.seen.length > 0, 'events');
    expect(events.find(({ eventType }) => eventType === KILLED)).to.equal(undefined);
  });
});
