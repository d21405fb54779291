import { expect } from 'chai';
import {
  greeter,
  greetingOn,
  lives,
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
