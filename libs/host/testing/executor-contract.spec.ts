import { ManualClock, millis } from '@ekiden/kernel';
import { executorContract } from './executor-contract.js';
import { FakeHost } from './fake-host.js';
import type { Timers } from '@ekiden/host';

const realTimers: Timers = {
  after(delay, wake) {
    const timer = setTimeout(wake, delay);
    return () => clearTimeout(timer);
  },
};

executorContract(
  'the fake',
  () => {
    const host = new FakeHost({ clock: new ManualClock(millis(5)), timers: realTimers });
    return Promise.resolve({
      open: () => Promise.resolve(host.executor()),
      output: (taskId) => Promise.resolve(host.output(taskId)),
      dispose: () => Promise.resolve(),
    });
  },
  {
    baseEnv: () => ({}),
    commands: {
      exits: (code) => ({ kind: 'argv', value: ['exit', String(code)] }),
      dies: (signal) => ({ kind: 'argv', value: ['die', String(signal)] }),
      runs: { kind: 'argv', value: ['run'] },
      ignoresTerm: { kind: 'argv', value: ['stubborn'] },
      exitsLater: (code) => ({ kind: 'argv', value: ['later', String(code)] }),
      printsEnv: { kind: 'argv', value: ['env'] },
      missing: (program) => ({ kind: 'argv', value: ['missing', program] }),
    },
  },
);
