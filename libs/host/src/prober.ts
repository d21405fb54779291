import type { Millis, TaskId } from '@ekiden/kernel';

/** Where and how to ask whether a task is well (DESIGN 6). */
export type ProbeTarget =
  | {
      readonly kind: 'http';
      readonly scheme: 'http' | 'https';
      readonly host: string;
      readonly port: number;
      readonly path: string;
    }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  /** Run on the task's host, in its sandbox or container. */
  | { readonly kind: 'command'; readonly taskId: TaskId; readonly command: string };

export interface ProbeResult {
  readonly passed: boolean;
  readonly latency: Millis;
  /** Status of the answer, or exit code of the command. */
  readonly code?: number;
  /** What was seen, one sentence. */
  readonly message: string;
}

/** Asks once; judging the answers is not its business. */
export interface Prober {
  /** Never fails: no answer within `timeout` is a result that did not pass. */
  probe(target: ProbeTarget, timeout: Millis): Promise<ProbeResult>;
}
