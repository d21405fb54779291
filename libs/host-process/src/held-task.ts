import type { Millis } from '@ekiden/kernel';
import type { TaskExit, TaskSpec } from '@ekiden/host';
import { OutputTimes } from './output-times.js';
import type { ProcessIdentity } from './proc.js';
import type { TaskProcesses } from './task-processes.js';
import { TaskRecords, type KillRecord } from './task-records.js';
import type { Layout } from './layout.js';

/** What the executor knows of one task. The truth is in the records and in `/proc`. */
export interface HeldTask {
  readonly folder: string;
  readonly sandbox: string;
  readonly records: TaskRecords;
  readonly outputTimes: OutputTimes;
  spec: TaskSpec;
  phase: 'prepared' | 'running' | 'ended';
  /** Prepared by this object, not only found prepared. */
  ready: boolean;
  startedAt: Millis | undefined;
  supervisor: ProcessIdentity | undefined;
  process: ProcessIdentity | undefined;
  /** The supervisor is gone and the task is not. */
  orphaned: boolean;
  /** The first shutdown asked for, in this or an earlier life; set once it is on disk. */
  killRecord: KillRecord | undefined;
  /** The shutdown under way, by the monotonic clock. */
  kill: { deadline: Millis } | undefined;
  exit: TaskExit | undefined;
  settling: Promise<void> | undefined;
  /** Resolves with the end of the task, or when the executor is closed. */
  readonly over: Promise<void>;
  readonly wake: () => void;
}

export function holdTask(layout: Layout, folder: string, spec: TaskSpec): HeldTask {
  let wake: () => void = () => undefined;
  const over = new Promise<void>((resolve) => {
    wake = resolve;
  });
  return {
    folder,
    sandbox: layout.sandbox(folder),
    records: new TaskRecords(layout.records(folder)),
    outputTimes: new OutputTimes(layout.timesOf(folder)),
    spec,
    phase: 'prepared',
    ready: false,
    startedAt: undefined,
    supervisor: undefined,
    process: undefined,
    orphaned: false,
    killRecord: undefined,
    kill: undefined,
    exit: undefined,
    settling: undefined,
    over,
    wake,
  };
}

/** `undefined` for a task whose first process nobody saw. */
export function processesOf(held: HeldTask): TaskProcesses | undefined {
  if (held.process === undefined) return undefined;
  return { leader: held.process, supervisor: held.supervisor, sandbox: held.sandbox };
}
