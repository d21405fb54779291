import { millis, type Millis, type TaskId, type TaskState, type TaskStatus } from '@ekiden/kernel';
import type { Cancel, Timers } from './timers.js';

export interface StatusQueueOptions {
  readonly deliver: (status: TaskStatus) => void;
  readonly timers: Timers;
  readonly redeliverAfter: Millis;
  readonly redeliverAfterMax: Millis;
}

interface Stream {
  unacknowledged: TaskStatus[];
  delay: Millis;
  cancel: Cancel;
}

/**
 * Delivers statuses at least once: at once, then again after a doubling pause until acknowledged.
 * Per task the order is kept. A task has few states and passes each once, so a stream is short.
 */
export class StatusQueue {
  private readonly options: StatusQueueOptions;
  private readonly streams = new Map<TaskId, Stream>();

  constructor(options: StatusQueueOptions) {
    this.options = options;
  }

  push(status: TaskStatus): void {
    const { deliver, redeliverAfter } = this.options;
    const stream = this.streams.get(status.taskId);
    if (stream === undefined) {
      this.streams.set(status.taskId, {
        unacknowledged: [status],
        delay: redeliverAfter,
        cancel: this.wake(status.taskId, redeliverAfter),
      });
    } else {
      stream.cancel();
      stream.unacknowledged.push(status);
      stream.delay = redeliverAfter;
      stream.cancel = this.wake(status.taskId, redeliverAfter);
    }
    deliver(status);
  }

  /** Statuses only move forward, so the receipt of one covers those before it. */
  acknowledge(taskId: TaskId, state: TaskState): void {
    const stream = this.streams.get(taskId);
    if (stream === undefined) return;
    const index = stream.unacknowledged.findIndex((status) => status.state === state);
    stream.unacknowledged = stream.unacknowledged.slice(index + 1);
    if (stream.unacknowledged.length > 0) return;
    stream.cancel();
    this.streams.delete(taskId);
  }

  unacknowledged(taskId: TaskId): readonly TaskStatus[] {
    return this.streams.get(taskId)?.unacknowledged ?? [];
  }

  close(): void {
    for (const stream of this.streams.values()) stream.cancel();
    this.streams.clear();
  }

  private wake(taskId: TaskId, delay: Millis): Cancel {
    return this.options.timers.after(delay, () => this.redeliver(taskId));
  }

  private redeliver(taskId: TaskId): void {
    const stream = this.streams.get(taskId);
    if (stream === undefined) return;
    stream.delay = millis(Math.min(stream.delay * 2, this.options.redeliverAfterMax));
    stream.cancel = this.wake(taskId, stream.delay);
    for (const status of [...stream.unacknowledged]) this.options.deliver(status);
  }
}
