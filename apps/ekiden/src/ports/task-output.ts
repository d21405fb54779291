import type { Result, TaskId } from '@ekiden/kernel';
import type { OutputBytes, OutputRequest } from '@ekiden/host';

export type { OutputRequest } from '@ekiden/host';

/** Why the output of a task is not to be had; one sentence for people. */
export interface NoOutput {
  /** `unknown`: nothing of it is kept anywhere; `unavailable`: its host cannot be asked now. */
  readonly kind: 'unknown' | 'unavailable';
  readonly message: string;
}

/** What tasks wrote, wherever they run or ran; kept for a while after their end. */
export interface TaskOutputReader {
  /** Never rejects. The bytes end early when the host can no longer be asked. */
  readOutput(taskId: TaskId, request: OutputRequest): Promise<Result<OutputBytes, NoOutput>>;
}
