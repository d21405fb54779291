import type { Millis, Result, TaskId } from '@ekiden/kernel';
import type { HostFailure } from './host-failure.js';

export type OutputStream = 'stdout' | 'stderr';

export interface OutputRequest {
  readonly stream: OutputStream;
  /** Begin with so many of the last lines; absent = with all that is kept. */
  readonly tail?: number;
  /**
   * Begin with what was written from this moment on. Where no time is kept with each line it begins
   * a few seconds earlier, never later.
   */
  readonly since?: Millis;
  /**
   * Each line begins with when it was written, as an ISO-8601 time in UTC, and a blank. Where no time
   * is kept with each line it is when the line was first seen, a few seconds later at most.
   */
  readonly stamped?: boolean;
  /** Go on with what the task writes from now on, until it is over. */
  readonly follow: boolean;
  /** Ends it on the reader's side. */
  readonly signal: AbortSignal;
}

/** Bytes as the task wrote them, in parts of any size. */
export type OutputBytes = AsyncIterable<Uint8Array>;

/** What tasks wrote, also of tasks that are over, for as long as it is kept. */
export interface TaskOutputs {
  /**
   * Fails with `unknownTask` when nothing of the task is kept here. The iterable ends early when
   * what is kept is deleted meanwhile, or when the host can no longer be asked.
   */
  readOutput(taskId: TaskId, request: OutputRequest): Promise<Result<OutputBytes, HostFailure>>;
}
