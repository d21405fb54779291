import { expect } from 'chai';
import { World, id, settle, spec } from '../testing/driver-world.js';

describe('host driver, recovery', () => {
  let world: World;

  beforeEach(async () => {
    world = new World();
    await world.driver.recover();
  });

  afterEach(async () => {
    await world.driver.close();
  });

  describe('recover', () => {
    it('must come first: until then launches and kills are refused', () => {
      const fresh = world.newDriver();
      const refused = { ok: false, error: { kind: 'notRecovered' } };
      expect(fresh.launch(spec('a', 'run'))).to.deep.equal(refused);
      expect(fresh.kill(id('a'))).to.deep.equal(refused);
    });

    it('passes on that the host cannot be asked', async () => {
      const message = 'no answer';
      world.host.fail('adopt', '', { kind: 'engineGone', message });
      const result = await world.newDriver().recover();
      expect(result).to.deep.equal({ ok: false, error: { kind: 'engineGone', message } });
    });

    it('adopts running tasks, reports them and waits for their end', async () => {
      await world.launch(spec('a', 'run'));
      expect(await world.restart()).to.deep.equal(['a running']);
      expect(world.statesOf('a')).to.deep.equal(['TASK_RUNNING']);
      world.host.end('a', 3);
      await settle();
      expect(world.last('a')).to.include({ state: 'TASK_FAILED', exitCode: 3 });
    });

    it('reports exits that happened while the service was away', async () => {
      await world.launch(spec('a', 'run'), spec('b', 'run'));
      await world.driver.close();
      world.host.end('a', 7);
      world.host.end('b', 0);
      await world.restart();
      expect(world.last('a')).to.include({ state: 'TASK_FAILED', exitCode: 7 });
      expect(world.last('b')).to.include({ state: 'TASK_FINISHED', exitCode: 0 });
    });

    it('repeats an end that was never acknowledged', async () => {
      await world.launch(spec('a', 'exit 7'));
      expect(await world.restart()).to.deep.equal(['a exited']);
      expect(world.statesOf('a')).to.deep.equal(['TASK_FAILED']);
      world.driver.acknowledge(id('a'), 'TASK_FAILED');
      await settle();
      expect(await world.restart()).to.deep.equal([]);
    });

    it('carries a kill to its end that an earlier life began', async () => {
      await world.launch(spec('a', 'stubborn'), spec('b', 'stubborn'));
      await world.kill('a', 5_000);
      await world.kill('b', 5_000);
      await world.driver.close();
      world.host.end('b', 143);
      await world.restart();
      expect(world.statesOf('a')).to.deep.equal(['TASK_RUNNING', 'TASK_KILLING']);
      expect(world.statesOf('b')).to.deep.equal(['TASK_KILLED']);
      await world.advance(5_000);
      expect(world.last('a')?.state).to.equal('TASK_KILLED');
    });

    it('starts a prepared task when it is launched again', async () => {
      world.host.hold('start', 'a');
      await world.launch(spec('a', 'run'));
      world.host.hold('start', 'a')();
      expect(await world.restart()).to.deep.equal(['a prepared']);
      expect(world.statuses).to.deep.equal([]);
      await world.launch(spec('a', 'run', { epoch: 2 }));
      expect(world.statesOf('a')).to.deep.equal(['TASK_STARTING', 'TASK_RUNNING']);
    });

    it('drops a prepared task that nobody asks for in time', async () => {
      world.host.hold('start', 'a');
      await world.launch(spec('a', 'run'));
      await world.restart();
      await world.advance(300_000);
      expect(world.last('a')?.reason).to.equal('STAGING_DEADLINE');
      expect(world.host.knows('a')).to.equal(false);
    });

    it('may be repeated and changes nothing for tasks it knows', async () => {
      await world.launch(spec('a', 'run'));
      const before = world.statuses.length;
      await world.driver.recover();
      await settle();
      expect(world.statuses).to.have.length(before);
    });
  });

  it('waits on when the engine is away for a while', async () => {
    const executor = world.host.executor();
    const wait = executor.wait.bind(executor);
    let asked = 0;
    executor.wait = (taskId) => {
      asked += 1;
      const gone = { kind: 'engineGone', message: 'no answer' } as const;
      return asked === 1 ? Promise.resolve({ ok: false, error: gone }) : wait(taskId);
    };
    await world.driver.close();
    world.driver = world.newDriver({ executor });
    await world.driver.recover();
    await world.launch(spec('a', 'run'));
    world.host.end('a', 7);
    await world.advance(10_000);
    expect(world.last('a')).to.include({ state: 'TASK_FAILED', exitCode: 7 });
  });
});
