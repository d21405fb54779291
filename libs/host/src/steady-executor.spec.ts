import { expect } from 'chai';
import { ManualClock, millis, ok } from '@ekiden/kernel';
import type { Executor } from '@ekiden/host';
import { ManualTimers } from '../testing/manual-timers.js';
import { FakeHost } from '../testing/fake-host.js';
import { AGENT, settle, spec } from '../testing/driver-world.js';
import { HostDriver } from './host-driver.js';

/** A host whose executor is broken in one of its calls. */
function brokenIn(call: 'prepare' | 'start' | 'wait'): {
  readonly driver: HostDriver;
  readonly seen: string[];
  readonly timers: ManualTimers;
  readonly mend: () => void;
} {
  const clock = new ManualClock(millis(1_000));
  const timers = new ManualTimers(clock);
  const whole = new FakeHost({ clock, timers }).executor();
  let broken = true;
  const fault = (): Promise<never> => Promise.reject(new TypeError('x is undefined'));
  const executor: Executor = {
    kind: 'process',
    prepare: (task) => (broken && call === 'prepare' ? fault() : whole.prepare(task)),
    start: (task) => (broken && call === 'start' ? fault() : whole.start(task)),
    wait: (task) => (broken && call === 'wait' ? fault() : whole.wait(task)),
    shutdown: (task, grace) => whole.shutdown(task, grace),
    remove: (task) => whole.remove(task),
    adopt: () => Promise.resolve(ok([])),
    close: () => whole.close(),
  };
  const seen: string[] = [];
  const driver = new HostDriver({
    agentId: AGENT,
    executor,
    clock,
    timers,
    statuses: ({ state, message }) => seen.push(`${state} ${message ?? ''}`.trim()),
  });
  const mend = (): void => {
    broken = false;
  };
  return { driver, seen, timers, mend };
}

describe('a fault of an executor', () => {
  for (const call of ['prepare', 'start'] as const) {
    it(`in ${call} fails the task it is about, by name`, async () => {
      const { driver, seen } = brokenIn(call);
      await driver.recover();
      driver.launch(spec('a', 'run'));
      await settle();
      expect(seen.at(-1)).to.equal(
        'TASK_FAILED The executor failed by a fault of its own: x is undefined',
      );
      await driver.close();
    });
  }

  it('in wait does not end the task: it is waited for again', async () => {
    const { driver, seen, timers, mend } = brokenIn('wait');
    await driver.recover();
    driver.launch(spec('a', 'later 3'));
    await settle();
    expect(seen).to.deep.equal(['TASK_STARTING', 'TASK_RUNNING']);
    mend();
    timers.advance(millis(60_000));
    await settle();
    expect(seen.at(-1)).to.match(/^TASK_FAILED Command exited with status 3/);
    await driver.close();
  });
});
