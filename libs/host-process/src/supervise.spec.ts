import { expect } from 'chai';
import { ManualClock, seconds } from '@ekiden/kernel';
import { ownIdentity } from './proc.js';
import { awaitStart } from './supervise.js';

describe('waiting for a task to start', () => {
  it('sees a supervisor that made its claim between two looks at the records', async () => {
    const own = ownIdentity();
    let claimed = false;
    const seen = await awaitStart(
      {
        supervisor: () => Promise.resolve(claimed ? own : undefined),
        process: () => {
          claimed = true;
          return Promise.resolve(own);
        },
        exitStatus: () => Promise.resolve(undefined),
      },
      { clock: new ManualClock(), patience: seconds(30), gone: () => false },
    );
    expect(seen).to.deep.equal({ supervisor: own, process: own, status: undefined });
  });
});
