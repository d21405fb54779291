import { expect } from 'chai';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../support/index.js';
import {
  answering,
  answeringApp,
  containerApp,
  folderFor,
  SLEEP,
  textAt,
  type ContainerWish,
} from './container-apps.js';
import { containerOf, containersOf } from './containers.js';
import { useDocker } from './engines.js';

const SECRET = 'postgres://ekiden:very-secret@127.0.0.1:1/none';

describe('What an app says about its container', () => {
  const { engine, service: theService } = useDocker({}, { PGPASSWORD: SECRET, AWS_TOKEN: SECRET });

  it('arguments, environment, user, volumes and parameters arrive', async () => {
    const service = theService();
    const out = folderFor(service, 'out');
    const input = folderFor(service, 'in');
    writeFileSync(join(input, 'word'), 'from the machine');
    const script = [
      '{ echo "user $(id -u) of $(hostname)"; echo "own $OWN, extra $EXTRA, task $MESOS_TASK_ID"',
      'echo "word $(cat /in/word)"; touch /in/mine 2>&1; echo "end"; } > /out/said',
      SLEEP,
    ].join('; ');
    const volume = (hostPath: string, containerPath: string, mode: string): object => {
      return { hostPath, containerPath, mode };
    };
    const wish = {
      cmd: undefined,
      args: ['sh', '-c', script],
      user: 'nobody',
      env: { OWN: 'yes' },
      container: { volumes: [volume(out, '/out', 'RW'), volume(input, '/in', 'RO')] },
      docker: {
        parameters: [
          { key: 'env', value: 'EXTRA=more' },
          { key: 'label', value: 'team=shop' },
          { key: 'hostname', value: 'counter' },
        ],
      },
    };
    await service.api.ask('POST', '/v2/apps', containerApp('/told', 1, wish));
    const { tasks } = await service.settled('/told', 1);
    const said = await until(() => {
      const text = readFileSync(join(out, 'said'), 'utf8');
      return text.endsWith('end\n') && text;
    }, 'what the container wrote');
    expect(said.split('\n').slice(0, 3)).to.deep.equal([
      'user 65534 of counter',
      `own yes, extra more, task ${tasks[0]?.id ?? ''}`,
      'word from the machine',
    ]);
    expect(said).to.include('Read-only file system');
    const { labels } = await containerOf(engine().docker, service, tasks[0]?.id ?? '');
    expect(labels).to.include({ team: 'shop', 'ekiden.app': '/told' });
  });

  it('a container sees the documented variables and nothing of the service', async () => {
    const service = theService();
    const print = 'env | cut -d= -f1 | sort';
    const wish = {
      cmd: undefined,
      args: ['sh', '-c', answering(print, '8080')],
      labels: { team: 'a' },
    };
    await service.api.ask('POST', '/v2/apps', answeringApp('/env', 1, print, wish));
    const { tasks } = await service.settled('/env', 1);
    const port = tasks[0]?.ports[0] ?? 0;
    const names = await until(() => textAt(engine().address, port), 'an answer');
    const { Config } = await engine()
      .docker.getContainer((await containersOf(engine().docker, service))[0]?.id ?? '')
      .inspect();
    expect(JSON.stringify(Config)).not.to.include('very-secret');
    expect(
      names.split('\n').filter((name) => !/^(SHLVL|PWD|HOME|HOSTNAME|PATH)$/.test(name)),
    ).to.deep.equal(
      [
        ...['MESOS_SANDBOX', 'MESOS_TASK_ID', 'HOST', 'PORT', 'PORTS', 'PORT0', 'PORT_8080'],
        ...['MARATHON_APP_ID', 'MARATHON_APP_VERSION', 'MARATHON_APP_ENFORCE_GROUP_ROLE'],
        ...['MARATHON_APP_RESOURCE_CPUS', 'MARATHON_APP_RESOURCE_MEM'],
        ...['MARATHON_APP_RESOURCE_DISK', 'MARATHON_APP_RESOURCE_GPUS'],
        ...['MARATHON_APP_LABELS', 'MARATHON_APP_LABEL_TEAM', 'MARATHON_APP_DOCKER_IMAGE'],
      ].sort(),
    );
  });

  it('APP-31: with a terminal what asks for one stays, without one it ends', async () => {
    const service = theService();
    const cmd = `test -t 1 || exit 9; ${SLEEP}`;
    const wish = { cmd, container: {}, backoffSeconds: 60 };
    await service.api.ask('POST', '/v2/apps', containerApp('/asked', 1, { ...wish, tty: true }));
    await service.settled('/asked', 1);
    await service.api.ask('POST', '/v2/apps', containerApp('/bare', 1, { ...wish, tty: false }));
    const failure = await until(
      async () => (await service.api.app('/bare')).lastTaskFailure,
      'a failure',
    );
    expect(failure.message).to.include('9');
    expect((await service.api.app('/asked')).tasksRunning).to.equal(1);
  });

  it("the host's network: the task takes its port itself, and the service port leads there", async () => {
    const service = theService();
    const wish = {
      cmd: answering('echo "$MESOS_TASK_ID"', '$PORT0'),
      networks: [{ mode: 'host' }],
      portDefinitions: [{ port: 0, name: 'http' }],
      healthChecks: [{ protocol: 'HTTP', path: '/', intervalSeconds: 1, gracePeriodSeconds: 10 }],
      container: {},
    };
    await service.api.ask('POST', '/v2/apps', containerApp('/near', 2, wish));
    const app = await service.settled('/near', 2);
    const { address } = engine();
    for (const { id, ports } of app.tasks) {
      await until(async () => (await textAt(address, ports[0] ?? 0)) === id, `an answer of ${id}`);
    }
    const servicePort = app.portDefinitions[0]?.port ?? 0;
    const answers = new Set<string | undefined>();
    await until(async () => {
      answers.add(await textAt('127.0.0.1', servicePort));
      return app.tasks.every(({ id }) => answers.has(id));
    }, 'answers of both through the service port');
  });

  it('a network by its name: the container is in it; one that is not there is named', async () => {
    const service = theService();
    const { docker } = engine();
    const network = await docker.createNetwork({ Name: 'shop' });
    const inside = (name: string): ContainerWish => ({ networks: [{ mode: 'container', name }] });
    await service.api.ask('POST', '/v2/apps', containerApp('/inside', 1, inside('shop')));
    const { tasks } = await service.settled('/inside', 1);
    const { id } = await containerOf(docker, service, tasks[0]?.id ?? '');
    const { NetworkSettings: seen } = await docker.getContainer(id).inspect();
    expect(Object.keys(seen.Networks)).to.deep.equal(['shop']);
    const nowhere = { ...inside('nowhere'), backoffSeconds: 60 };
    await service.api.ask('POST', '/v2/apps', containerApp('/outside', 1, nowhere));
    const failure = await until(
      async () => (await service.api.app('/outside')).lastTaskFailure,
      'a failure',
    );
    expect(failure.message).to.match(/network nowhere not found/);
    await service.api.ask('DELETE', '/v2/apps/inside');
    await until(
      async () => (await containersOf(docker, service)).length === 0,
      'no container of either',
    );
    await network.remove();
  });

  it('a COMMAND health check runs inside the container, and its verdict counts', async () => {
    const service = theService();
    const { docker } = engine();
    const check = {
      protocol: 'COMMAND',
      command: { value: 'test -e /tmp/well' },
      intervalSeconds: 1,
      timeoutSeconds: 2,
      gracePeriodSeconds: 5,
      maxConsecutiveFailures: 1,
    };
    const wish = { cmd: `touch /tmp/well; ${SLEEP}`, healthChecks: [check] };
    await service.api.ask('POST', '/v2/apps', containerApp('/checked', 1, wish));
    const before = await service.settled('/checked', 1);
    const [task] = before.tasks;
    const container = await containerOf(docker, service, task?.id ?? '');
    const exec = await docker.getContainer(container.id).exec({ Cmd: ['rm', '/tmp/well'] });
    await exec.start({ Detach: true });
    const failure = await until(
      async () => (await service.api.app('/checked')).lastTaskFailure,
      'a failure',
    );
    expect(failure.taskId).to.equal(task?.id);
    const { tasks } = await service.settled('/checked', 1);
    expect(tasks[0]?.id).not.to.equal(task?.id);
    await until(
      async () => (await containersOf(docker, service)).length === 1,
      'the new container alone',
    );
  });

  it('a container that ignores its stop signal is gone when its grace period is over', async () => {
    const service = theService();
    const wish = { cmd: 'exec sleep 1000', taskKillGracePeriodSeconds: 1 };
    await service.api.ask('POST', '/v2/apps', containerApp('/stubborn', 1, wish));
    await service.settled('/stubborn', 1);
    const begun = performance.now();
    await service.api.ask('DELETE', '/v2/apps/stubborn');
    await until(
      async () => (await containersOf(engine().docker, service)).length === 0,
      'an empty engine',
    );
    expect(performance.now() - begun).to.be.at.least(800);
  });
});
