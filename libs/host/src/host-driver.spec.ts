import { expect } from 'chai';
import { AGENT, World, id, settle, spec } from '../testing/driver-world.js';

describe('host driver', () => {
  let world: World;

  beforeEach(async () => {
    world = new World();
    await world.driver.recover();
  });

  afterEach(async () => {
    await world.driver.close();
  });

  describe('launch', () => {
    it('reports starting, running and finished', async () => {
      await world.launch(spec('a', 'exit 0'));
      expect(world.statesOf('a')).to.deep.equal(['TASK_STARTING', 'TASK_RUNNING', 'TASK_FINISHED']);
      expect(world.last('a')).to.deep.equal({
        taskId: 'a',
        agentId: AGENT,
        at: 1_000,
        state: 'TASK_FINISHED',
        source: 'EXECUTOR',
        exitCode: 0,
        message: 'Command exited with status 0',
      });
    });

    it('reports a non-zero exit as failed, with its status', async () => {
      await world.launch(spec('a', 'exit 7'));
      expect(world.last('a')).to.include({
        state: 'TASK_FAILED',
        exitCode: 7,
        message: 'Command exited with status 7',
      });
    });

    it('reports death by a signal as failed, with its name', async () => {
      await world.launch(spec('a', 'die 9'));
      expect(world.last('a')).to.include({
        state: 'TASK_FAILED',
        exitCode: 137,
        message: 'Command terminated with signal SIGKILL',
      });
    });

    it('is idempotent by task id, also after the end was acknowledged', async () => {
      await world.launch(spec('a', 'run'), spec('a', 'run'));
      world.host.end('a', 1);
      await settle();
      await world.launch(spec('a', 'run'));
      expect(world.statesOf('a').slice(2)).to.deep.equal(['TASK_FAILED', 'TASK_FAILED']);
      world.driver.acknowledge(id('a'), 'TASK_FAILED');
      await world.launch(spec('a', 'run'));
      expect(world.last('a')?.state).to.equal('TASK_FAILED');
      expect(world.host.calls.filter((call) => call === 'start a')).to.have.length(1);
    });

    it('names the addresses of a running task', async () => {
      await world.driver.close();
      world.driver = world.newDriver({ ipAddresses: ['10.0.0.7'] });
      await world.driver.recover();
      await world.launch(spec('a', 'run'));
      expect(world.last('a')).to.deep.include({
        state: 'TASK_RUNNING',
        ipAddresses: ['10.0.0.7'],
      });
    });

    it('drops a task whose ports are taken and says which', async () => {
      const message = 'port 31000 is taken';
      world.host.fail('prepare', 'a', { kind: 'portTaken', ports: [31000], message });
      await world.launch(spec('a', 'run'));
      expect(world.statuses).to.have.length(1);
      expect(world.last('a')).to.deep.include({
        state: 'TASK_DROPPED',
        reason: 'PORT_TAKEN',
        takenPorts: [31000],
        message,
        source: 'AGENT',
      });
    });

    it('fails a task whose files cannot be fetched', async () => {
      const message = 'no such file: x';
      world.host.fail('prepare', 'a', { kind: 'fetchFailed', uri: 'x', message });
      await world.launch(spec('a', 'run'));
      expect(world.last('a')).to.include({
        state: 'TASK_FAILED',
        reason: 'FETCH_FAILED',
        message,
      });
    });

    it('fails a task that cannot be started', async () => {
      world.host.fail('start', 'a', { kind: 'resources', message: 'no more processes' });
      await world.launch(spec('a', 'run'));
      expect(world.statesOf('a')).to.deep.equal(['TASK_STARTING', 'TASK_FAILED']);
      expect(world.last('a')?.reason).to.equal('CONTAINER_LAUNCH_FAILED');
    });

    it('brings up eight at a time, the others in their order', async () => {
      const ids = Array.from({ length: 20 }, (_, index) => `t${index}`);
      const releases = ids.map((each) => world.host.hold('prepare', each));
      await world.launch(...ids.map((each) => spec(each, 'run')));
      const prepares = (): string[] => world.host.calls.filter((call) => call.startsWith('prep'));
      expect(prepares()).to.have.length(8);
      for (const [index, release] of releases.entries()) {
        release();
        await settle();
        expect(prepares()).to.have.length(Math.min(20, 9 + index));
      }
      expect(prepares()).to.deep.equal(ids.map((each) => `prepare ${each}`));
    });

    it('refuses more tasks than it can hold', async () => {
      await world.driver.close();
      world.driver = world.newDriver({ limits: { tasksMax: 1 } });
      await world.driver.recover();
      await world.launch(spec('a', 'run'));
      expect(world.driver.launch(spec('b', 'run'))).to.deep.equal({
        ok: false,
        error: { kind: 'tooManyTasks', max: 1 },
      });
    });
  });

  describe('fence', () => {
    it('refuses launches of an older term and does nothing for them', async () => {
      world.driver.fence(5);
      expect(world.driver.launch(spec('a', 'run', { epoch: 4 }))).to.deep.equal({
        ok: false,
        error: { kind: 'fenced', epoch: 4, fence: 5 },
      });
      await world.launch(spec('b', 'run', { epoch: 5 }));
      expect(world.statesOf('a')).to.deep.equal([]);
      expect(world.host.calls).to.not.include('prepare a');
    });

    it('never goes back', () => {
      world.driver.fence(5);
      world.driver.fence(3);
      expect(world.driver.launch(spec('a', 'run', { epoch: 4 })).ok).to.equal(false);
    });
  });

  describe('acknowledge', () => {
    it('ends redelivery, and a terminal one makes the host forget the task', async () => {
      await world.launch(spec('a', 'exit 0'));
      expect(world.host.knows('a')).to.equal(true);
      await world.advance(10_000);
      expect(world.statesOf('a')).to.have.length(6);
      world.driver.acknowledge(id('a'), 'TASK_FINISHED');
      await settle();
      expect(world.host.knows('a')).to.equal(false);
      expect(world.driver.tasks()).to.deep.equal([]);
      expect(world.timers.pending).to.equal(0);
    });

    it('of a running task keeps the task', async () => {
      await world.launch(spec('a', 'run'));
      world.driver.acknowledge(id('a'), 'TASK_RUNNING');
      world.driver.acknowledge(id('a'), 'TASK_FINISHED');
      expect(world.driver.tasks().map(({ phase }) => phase)).to.deep.equal(['running']);
    });
  });

  describe('close', () => {
    it('lets tasks run, delivers nothing more and holds no timer', async () => {
      await world.launch(spec('a', 'run'), spec('b', 'stubborn'));
      await world.driver.close();
      const before = world.statuses.length;
      world.host.end('a', 0);
      await settle();
      expect(world.host.isRunning('b')).to.equal(true);
      expect(world.statuses).to.have.length(before);
      expect(world.timers.pending).to.equal(0);
      expect(world.driver.launch(spec('c', 'run'))).to.deep.equal({
        ok: false,
        error: { kind: 'closed' },
      });
    });
  });
});
