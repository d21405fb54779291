import { expect } from 'chai';
import { seconds } from '@ekiden/kernel';
import { World, id, settle, spec } from '../testing/driver-world.js';

describe('host driver, stopping', () => {
  let world: World;

  beforeEach(async () => {
    world = new World();
    await world.driver.recover();
  });

  afterEach(async () => {
    await world.driver.close();
  });

  describe('kill', () => {
    it('reports killing, then killed, whatever the exit', async () => {
      await world.launch(spec('a', 'stubborn'));
      await world.kill('a', 3_000);
      expect(world.last('a')?.state).to.equal('TASK_KILLING');
      world.host.end('a', 0);
      await settle();
      expect(world.last('a')).to.include({ state: 'TASK_KILLED', exitCode: 0 });
    });

    it('uses the grace of the task when the kill names none', async () => {
      await world.launch(spec('a', 'stubborn', { killGracePeriod: seconds(20) }));
      await world.kill('a');
      await world.advance(19_999);
      expect(world.last('a')?.state).to.equal('TASK_KILLING');
      await world.advance(1);
      expect(world.last('a')).to.include({ state: 'TASK_KILLED', exitCode: 137 });
    });

    it('shortens the grace when it is asked for again', async () => {
      await world.launch(spec('a', 'stubborn'));
      await world.kill('a', 60_000);
      await world.kill('a', 10);
      await world.advance(10);
      expect(world.last('a')?.state).to.equal('TASK_KILLED');
    });

    it('keeps a queued task from starting', async () => {
      const ids = Array.from({ length: 8 }, (_, index) => `t${index}`);
      const releases = ids.map((each) => world.host.hold('prepare', each));
      await world.launch(...ids.map((each) => spec(each, 'run')), spec('late', 'run'));
      await world.kill('late');
      expect(world.last('late')).to.include({
        state: 'TASK_KILLED',
        reason: 'TASK_KILLED_DURING_LAUNCH',
      });
      for (const release of releases) release();
      await settle();
      expect(world.host.calls).to.not.include('prepare late');
    });

    for (const call of ['prepare', 'start'] as const) {
      it(`during ${call} keeps the task from running on`, async () => {
        const release = world.host.hold(call, 'a');
        await world.launch(spec('a', 'run'));
        await world.kill('a');
        expect(world.last('a')?.state).to.equal('TASK_KILLING');
        release();
        await settle();
        expect(world.last('a')?.state).to.equal('TASK_KILLED');
        expect(world.host.isRunning('a')).to.equal(false);
      });
    }

    it('during prepare says that the task never ran', async () => {
      const release = world.host.hold('prepare', 'a');
      await world.launch(spec('a', 'run'));
      await world.kill('a');
      release();
      await settle();
      expect(world.last('a')?.reason).to.equal('TASK_KILLED_DURING_LAUNCH');
      expect(world.host.calls).to.not.include('start a');
      expect(world.host.knows('a')).to.equal(false);
    });

    it('is answered after thirty seconds although the executor hangs', async () => {
      const release = world.host.hold('start', 'a');
      world.host.hold('shutdown', 'a');
      await world.launch(spec('a', 'run'));
      await world.kill('a');
      await world.advance(30_000);
      expect(world.last('a')?.state).to.equal('TASK_KILLED');
      release();
      await settle();
      expect(world.host.calls.filter((each) => each === 'shutdown a')).to.have.length(2);
    });

    it('of an unknown task is answered at once and outlaws its launch', async () => {
      await world.kill('ghost');
      expect(world.last('ghost')).to.include({ state: 'TASK_KILLED', reason: 'TASK_UNKNOWN' });
      await world.launch(spec('ghost', 'run'));
      expect(world.statesOf('ghost')).to.deep.equal(['TASK_KILLED', 'TASK_KILLED']);
      expect(world.host.calls).to.not.include('prepare ghost');
    });

    it('of an ended task repeats how it ended', async () => {
      await world.launch(spec('a', 'exit 7'));
      await world.kill('a');
      expect(world.statesOf('a').slice(2)).to.deep.equal(['TASK_FAILED', 'TASK_FAILED']);
      world.driver.acknowledge(id('a'), 'TASK_FAILED');
      await world.kill('a');
      expect(world.last('a')?.state).to.equal('TASK_FAILED');
    });

    it('is tried again when the executor could not carry it out', async () => {
      await world.launch(spec('a', 'run'));
      world.host.fail('shutdown', 'a', { kind: 'unkillable', message: 'still there' });
      await world.kill('a');
      expect(world.last('a')?.state).to.equal('TASK_KILLING');
      await world.advance(10_000);
      expect(world.last('a')?.state).to.equal('TASK_KILLED');
    });
  });

  describe('staging deadline', () => {
    it('fails a task that is not running in time and leaves nothing of it', async () => {
      const release = world.host.hold('prepare', 'a');
      await world.launch(spec('a', 'run'));
      await world.advance(299_999);
      expect(world.statuses).to.deep.equal([]);
      await world.advance(1);
      release();
      await settle();
      expect(world.last('a')).to.include({
        state: 'TASK_FAILED',
        reason: 'STAGING_DEADLINE',
        message: 'Not running within 300 seconds of its launch',
      });
      expect(world.host.knows('a')).to.equal(false);
    });

    it('kills a task that starts too late', async () => {
      const release = world.host.hold('start', 'a');
      await world.launch(spec('a', 'run'));
      await world.advance(300_000);
      release();
      await settle();
      expect(world.last('a')?.reason).to.equal('STAGING_DEADLINE');
      expect(world.host.isRunning('a')).to.equal(false);
    });

    it('counts the time in the queue', async () => {
      const ids = Array.from({ length: 9 }, (_, index) => `t${index}`);
      for (const each of ids) world.host.hold('prepare', each);
      await world.launch(...ids.map((each) => spec(each, 'run')));
      await world.advance(300_000);
      expect(world.last('t8')?.reason).to.equal('STAGING_DEADLINE');
    });

    it('is over once the task runs', async () => {
      await world.launch(spec('a', 'run'));
      world.driver.acknowledge(id('a'), 'TASK_RUNNING');
      expect(world.timers.pending).to.equal(0);
    });
  });
});
