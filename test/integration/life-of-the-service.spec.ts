import { expect } from 'chai';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import {
  environmentOf,
  lives,
  sleeper,
  until,
  useEmptyService,
  useStage,
} from '../support/index.js';

const SECRET = 'postgres://ekiden:very-secret@127.0.0.1:1/none';

describe('The life of the service and of its tasks', () => {
  const stage = useStage();
  const running = useEmptyService({
    env: { PGPASSWORD: SECRET, AWS_SECRET_ACCESS_KEY: SECRET, NODE_OPTIONS: '--no-warnings' },
  });

  it('SIGTERM ends it with 0; tasks run on, and the next start adopts them', async () => {
    const service = running();
    await service.api.ask('POST', '/v2/apps', sleeper('/web', 3));
    const before = await service.settled('/web', 3);
    const tasks = service.home.tasks();
    expect(await service.stop()).to.deep.equal({ code: 0, signal: null });
    expect(service.home.postmaster()).to.equal(undefined);
    expect(tasks.filter(lives)).to.have.length(3);
    await service.start();
    const after = await service.settled('/web', 3);
    expect(after.tasks).to.have.deep.members([...before.tasks]);
    expect(tasks.filter(lives)).to.have.length(3);
  });

  it('LDR-21: it ends at once, and says why, where somebody else listens on its port', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port: httpPort } = other.address() as AddressInfo;
    const service = stage.service({ httpPort });
    const failure = await service.launch().catch(String);
    expect(failure).to.include(`port ${httpPort} of 127.0.0.1 is taken by another process`);
    expect(await service.ending()).to.deep.equal({ code: 1, signal: null });
    expect(service.home.postmaster()).to.equal(undefined);
    other.close();
  });

  it('a task sees exactly the documented variables', async () => {
    const service = running();
    const wish = sleeper('/env', 1, {
      // no shell, which would add variables of its own
      cmd: undefined,
      args: ['sleep', '1000'],
      portDefinitions: [{ port: 0, name: 'http' }],
      labels: { team: 'a' },
      env: { OWN: 'yes' },
    });
    await service.api.ask('POST', '/v2/apps', wish);
    const app = await service.settled('/env', 1);
    const [task] = service.home.tasks();
    const [shown] = app.tasks;
    const env = environmentOf(task?.pid ?? 0);
    const port = String(shown?.ports[0]);
    const [servicePort] = (await service.api.app('/env')).portDefinitions;
    expect([...env.keys()].sort()).to.deep.equal(
      [
        ...['HOME', 'LANG', 'PATH', 'MESOS_SANDBOX', 'MESOS_TASK_ID', 'HOST', 'OWN'],
        ...['PORT', 'PORTS', 'PORT0', 'PORT_HTTP', `PORT_${String(servicePort?.port)}`],
        ...['MARATHON_APP_ID', 'MARATHON_APP_VERSION', 'MARATHON_APP_ENFORCE_GROUP_ROLE'],
        ...['MARATHON_APP_RESOURCE_CPUS', 'MARATHON_APP_RESOURCE_MEM'],
        ...['MARATHON_APP_RESOURCE_DISK', 'MARATHON_APP_RESOURCE_GPUS'],
        ...['MARATHON_APP_LABELS', 'MARATHON_APP_LABEL_TEAM'],
      ].sort(),
    );
    expect(env.get('MESOS_TASK_ID')).to.equal(shown?.id);
    expect(env.get('PORT0')).to.equal(port);
    expect(env.get('HOME')).to.equal(service.home.sandbox(shown?.id ?? ''));
    expect([...env.values()].filter((value) => value.includes('very-secret'))).to.deep.equal([]);
  });

  it('a task that ignores SIGTERM is gone when its grace period is over', async () => {
    const service = running();
    const stubborn = { cmd: `trap '' TERM; exec sleep 1000`, taskKillGracePeriodSeconds: 1 };
    await service.api.ask('POST', '/v2/apps', sleeper('/stubborn', 1, stubborn));
    await service.settled('/stubborn', 1);
    const [task] = await until(() => {
      const found = service.home.tasks();
      return found.length === 1 && found;
    }, 'the process');
    const begun = performance.now();
    await service.api.ask('DELETE', '/v2/apps/stubborn');
    await until(() => task === undefined || !lives(task), 'the end of the process');
    expect(performance.now() - begun).to.be.at.least(800);
  });

  it('keeps the exit status of a task that ended while the service was away', async () => {
    const service = running();
    const gate = join(service.home.dir, 'gate');
    const cmd = `while [ ! -e ${gate} ]; do sleep 0.1; done; exit 7`;
    await service.api.ask('POST', '/v2/apps', sleeper('/ends', 1, { cmd, backoffSeconds: 60 }));
    const { tasks } = await service.settled('/ends', 1);
    await service.kill();
    writeFileSync(gate, '');
    await until(() => service.home.tasks().length === 0, 'the end of the task');
    await service.start();
    const failure = await until(
      async () => (await service.api.app('/ends')).lastTaskFailure,
      'a task failure',
    );
    expect(failure.taskId).to.equal(tasks[0]?.id);
    expect(failure.state).to.equal('TASK_FAILED');
    expect(failure.message).to.match(/\b7\b/);
  });
});
