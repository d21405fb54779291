import { expect } from 'chai';
import { ManualClock, millis, seconds } from '@ekiden/kernel';
import type { AgentId, TaskId, TaskState, TaskStatus } from '@ekiden/kernel';
import { ManualTimers } from '../testing/manual-timers.js';
import { StatusQueue } from './status-queue.js';

const A = 'a' as TaskId;

function status(state: TaskState, taskId = A): TaskStatus {
  return { taskId, agentId: 'g' as AgentId, state, source: 'EXECUTOR', at: millis(0) };
}

describe('status queue', () => {
  let seen: string[];
  let timers: ManualTimers;
  let queue: StatusQueue;

  beforeEach(() => {
    seen = [];
    timers = new ManualTimers(new ManualClock());
    queue = new StatusQueue({
      deliver: ({ taskId, state }) => seen.push(`${taskId} ${state}`),
      timers,
      redeliverAfter: seconds(10),
      redeliverAfterMax: seconds(600),
    });
  });

  it('delivers at once', () => {
    queue.push(status('TASK_RUNNING'));
    expect(seen).to.deep.equal(['a TASK_RUNNING']);
  });

  it('delivers all that is unacknowledged again, in order, after ten seconds', () => {
    queue.push(status('TASK_STARTING'));
    queue.push(status('TASK_RUNNING'));
    seen = [];
    timers.advance(millis(9_999));
    expect(seen).to.deep.equal([]);
    timers.advance(millis(1));
    expect(seen).to.deep.equal(['a TASK_STARTING', 'a TASK_RUNNING']);
  });

  it('doubles the pause up to ten minutes', () => {
    queue.push(status('TASK_RUNNING'));
    seen = [];
    for (const pause of [10, 20, 40, 80, 160, 320, 600, 600]) {
      timers.advance(millis(pause * 1000 - 1));
      expect(seen).to.deep.equal([]);
      timers.advance(millis(1));
      expect(seen).to.deep.equal(['a TASK_RUNNING']);
      seen = [];
    }
  });

  it('takes the receipt of a status for those before it, and of no later one', () => {
    queue.push(status('TASK_STARTING'));
    queue.push(status('TASK_RUNNING'));
    queue.push(status('TASK_KILLING'));
    queue.acknowledge(A, 'TASK_RUNNING');
    expect(queue.unacknowledged(A).map(({ state }) => state)).to.deep.equal(['TASK_KILLING']);
  });

  it('ignores receipts of what it did not send', () => {
    queue.push(status('TASK_RUNNING'));
    queue.acknowledge(A, 'TASK_FINISHED');
    queue.acknowledge('b' as TaskId, 'TASK_RUNNING');
    expect(queue.unacknowledged(A)).to.have.length(1);
  });

  it('holds no timer when all is acknowledged or it is closed', () => {
    queue.push(status('TASK_RUNNING'));
    queue.acknowledge(A, 'TASK_RUNNING');
    expect(timers.pending).to.equal(0);
    queue.push(status('TASK_FINISHED'));
    queue.close();
    expect(timers.pending).to.equal(0);
  });

  it('bears a receipt given while it delivers', () => {
    const eager: StatusQueue = new StatusQueue({
      deliver: ({ taskId, state }) => eager.acknowledge(taskId, state),
      timers,
      redeliverAfter: seconds(10),
      redeliverAfterMax: seconds(600),
    });
    eager.push(status('TASK_RUNNING'));
    eager.push(status('TASK_FINISHED'));
    expect(timers.pending).to.equal(0);
  });
});
