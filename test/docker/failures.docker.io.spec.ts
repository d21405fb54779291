import { expect } from 'chai';
import { always, eventsOf, until } from '../support/index.js';
import { containerApp, SLEEP } from './container-apps.js';
import { containersOf } from './containers.js';
import { useDocker } from './engines.js';

const IMAGE = 'registry.invalid/team/none:7';

describe('What goes wrong with containers', () => {
  const { engine, service: theService } = useDocker();

  it('too much memory: named with the limit, in the last failure and in the event', async () => {
    const service = theService();
    const events = eventsOf(service);
    // With time for the engine to listen, before and after: it misses some of those that die at once.
    const cmd = 'sleep 1; tail /dev/zero; code=$?; sleep 1; exit $code';
    const greedy = { cmd, mem: 24, backoffSeconds: 60 };
    await service.api.ask('POST', '/v2/apps', containerApp('/greedy', 1, greedy));
    const failure = await until(
      async () => (await service.api.app('/greedy')).lastTaskFailure,
      'a failure',
    );
    expect(failure.message).to.match(/^Out of memory: .*24 MiB/);
    expect(failure.state).to.equal('TASK_FAILED');
    const event = await until(
      () => events.find((event) => event.taskStatus === 'TASK_FAILED' && event.appId === '/greedy'),
      'an event of the end',
    );
    expect(event).to.deep.include({ taskId: failure.taskId, message: failure.message });
  });

  it('an image that is not there: named in the queue and in why, with the words of the engine', async () => {
    const service = theService();
    const wish = { docker: { image: IMAGE }, backoffSeconds: 30 };
    await service.api.ask('POST', '/v2/apps', containerApp('/none', 2, wish));
    const failure = await until(
      async () => (await service.api.app('/none')).lastTaskFailure,
      'a failure',
    );
    expect(failure.message).to.include(IMAGE);
    expect(failure.message).to.match(/registry\.invalid.*(no such host|lookup|dial)/);
    const why = await until(async () => {
      const seen = await service.api.why('/none');
      return seen.reasons.length > 0 && seen;
    }, 'reasons');
    expect(why.waiting).to.equal(2);
    expect(why.reasons.join('\n')).to.include(failure.message);
    const { text } = await service.api.ask('GET', '/v2/queue');
    expect(text).to.include(IMAGE);
    expect(text).to.include('cannot be pulled');
  });

  it('an image that appears later: used when it is there, and the wait can be cut short', async () => {
    const service = theService();
    const { docker } = engine();
    const wish = { docker: { image: 'shop/late:1' }, backoffSeconds: 60 };
    await service.api.ask('POST', '/v2/apps', containerApp('/late', 1, wish));
    await until(async () => (await service.api.app('/late')).lastTaskFailure, 'a failure');
    await docker.getImage('busybox:stable').tag({ repo: 'shop/late', tag: '1' });
    await service.api.ask('DELETE', '/v2/queue/late/delay');
    await service.settled('/late', 1);
  });

  it('a fixed host port that is taken: explained, and not tried again and again', async () => {
    const service = theService();
    const { docker } = engine();
    const holder = await docker.createContainer({
      Image: 'busybox:stable',
      Cmd: ['sh', '-c', SLEEP],
      ExposedPorts: { '80/tcp': {} },
      HostConfig: { PortBindings: { '80/tcp': [{ HostPort: '31500' }] } },
    });
    await holder.start();
    const events = eventsOf(service);
    const wish = { container: { portMappings: [{ containerPort: 80, hostPort: 31_500 }] } };
    await service.api.ask('POST', '/v2/apps', containerApp('/fixed', 1, wish));
    const failure = await until(
      async () => (await service.api.app('/fixed')).lastTaskFailure,
      'a failure',
    );
    expect(failure.message).to.match(/Host port is taken: 31500/);
    const why = await until(async () => {
      const seen = await service.api.why('/fixed');
      return seen.waiting === 1 && seen;
    }, 'an explanation');
    const said = why.agents.flatMap(({ refusals }) => refusals);
    expect(said).to.include('ports: host port 31500 is held by something else on this host');
    const launches = (): number => {
      const own = events.seen.filter(({ appId }) => appId === '/fixed');
      return new Set(own.flatMap(({ taskId }) => taskId ?? [])).size;
    };
    await always(() => (launches() > 2 ? `${launches()} launches` : undefined), 2_500);
    // Nothing of the attempts is left on the engine.
    expect(await containersOf(docker, service)).to.deep.equal([]);
  });

  it('a program that is not in the image: named', async () => {
    const service = theService();
    const wish = { cmd: undefined, args: ['no-such-program', '--now'], backoffSeconds: 60 };
    await service.api.ask('POST', '/v2/apps', containerApp('/typo', 1, wish));
    const failure = await until(
      async () => (await service.api.app('/typo')).lastTaskFailure,
      'a failure',
    );
    expect(failure.message).to.match(/^Command "no-such-program" cannot be run in the image/);
    await until(
      async () => (await containersOf(engine().docker, service)).length === 0,
      'an empty engine',
    );
  });

  it('an end while the service is away: its exit code is known afterwards', async () => {
    const service = theService();
    const { docker } = engine();
    const cmd = 'while [ ! -e /tmp/gate ]; do sleep 0.1; done; exit 7';
    const wish = { cmd, backoffSeconds: 60 };
    await service.api.ask('POST', '/v2/apps', containerApp('/ends', 1, wish));
    const { tasks } = await service.settled('/ends', 1);
    const [container] = await containersOf(docker, service);
    await service.kill();
    const handle = docker.getContainer(container?.id ?? '');
    const exec = await handle.exec({ Cmd: ['touch', '/tmp/gate'] });
    await exec.start({ Detach: true });
    await until(async () => !(await handle.inspect()).State.Running, 'the end of the container');
    await service.start();
    const failure = await until(
      async () => (await service.api.app('/ends')).lastTaskFailure,
      'a failure',
    );
    expect(failure.taskId).to.equal(tasks[0]?.id);
    expect(failure.message).to.match(/\b7\b/);
  });
});
