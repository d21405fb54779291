import { testDatabases } from '../../libs/store/testing/index.js';
import { expect } from 'chai';
import {
  greeter,
  greetingOn,
  lives,
  problemOf,
  sleeper,
  until,
  useStage,
  type TestService,
} from '../support/index.js';

async function deployFive(service: TestService): Promise<readonly number[]> {
  await service.api.ask('POST', '/v2/apps', greeter('/web', 5));
  const { tasks } = await service.settled('/web', 5);
  for (const { id, ports } of tasks) {
    const said = async (): Promise<boolean> =>
      (await greetingOn(ports[0] ?? 0))?.endsWith(`from ${id}`) === true;
    await until(said, `an answer of ${id}`);
  }
  return tasks.flatMap(({ ports }) => ports);
}

describe('Two services on one machine', () => {
  const stage = useStage();

  it('share the ports without clashing, and leave each other alone', async () => {
    const one = await stage.start();
    const two = await stage.start();
    const ports = (await Promise.all([deployFive(one), deployFive(two)])).flat();
    expect(new Set(ports).size).to.equal(10);

    const untouched = two.home.tasks();
    const gone = one.home.tasks();
    await one.api.ask('DELETE', '/v2/apps/web/tasks');
    await until(() => !gone.some(lives), 'the end of the killed tasks');
    await one.settled('/web', 5);
    await one.killEverything();
    expect(untouched.filter(lives)).to.have.length(5);
    expect((await two.settled('/web', 5)).tasks).to.have.length(5);
  });

  it('on one data directory: the second ends with a message that names the first', async () => {
    const first = await stage.start();
    await first.api.ask('POST', '/v2/apps', sleeper('/web', 1));
    await first.settled('/web', 1);
    const second = stage.service({ home: first.home });
    second.spawn();
    expect(await second.ending()).to.deep.equal({ code: 1, signal: null });
    expect(second.log).to.include(`in use by process ${first.pid}`);
    expect(second.log).to.include(first.home.dir);
    expect((await first.api.app('/web')).tasksRunning).to.equal(1);
  });
});

describe('Two services on one database', () => {
  const stage = useStage();

  async function pair(): Promise<{ readonly leader: TestService; readonly standby: TestService }> {
    const { url } = await testDatabases.create();
    const env = {
      DATABASE_URL: url,
      EKIDEN_LEASE_SECONDS: '2',
      EKIDEN_REQUEST_TIMEOUT_SECONDS: '2',
    };
    const leader = await stage.start({ env });
    const standby = stage.service({ env });
    await standby.launch();
    return { leader, standby };
  }

  it('one leads, the other refuses writes and says who leads', async () => {
    const { leader, standby } = await pair();
    await leader.api.ask('POST', '/v2/apps', sleeper('/web', 2));
    await leader.settled('/web', 2);
    expect(await standby.api.isLeading()).to.equal(false);
    const address = new URL(leader.url).port;
    const refused = await until(async () => {
      const answer = await standby.api.send('POST', '/v2/apps', sleeper('/other', 1));
      expect(answer.status).to.equal(503);
      return problemOf(answer).message.includes('another service leads') && answer;
    }, 'a standby that knows the leader');
    expect(problemOf(refused).message).to.match(new RegExp(`another service leads .*:${address}`));
    expect(Number(refused.headers.get('retry-after'))).to.be.greaterThan(0);
    expect((await leader.api.apps()).map(({ id }) => id)).to.deep.equal(['/web']);
  });

  it('the other takes over when the leader is killed, with everything that was written', async () => {
    const { leader, standby } = await pair();
    await leader.api.ask('POST', '/v2/apps', sleeper('/web', 2));
    await leader.settled('/web', 2);
    const tasks = leader.home.tasks();
    await leader.kill();
    await until(() => standby.api.isLeading(), 'a new leader', 15_000);
    const app = await standby.api.app('/web');
    expect(app.instances).to.equal(2);
    expect((await standby.api.ask('PUT', '/v2/apps/web', { instances: 3 })).status).to.equal(200);
    expect(tasks.filter(lives)).to.have.length(2);
  });
});
