import type { Millis, TaskId } from '@ekiden/kernel';

/** Which kind of executor runs a task; follows from its definition (DESIGN 6). */
export type ExecutorKind = 'process' | 'docker';

/**
 * `shell` is Marathon's `cmd` (run by `/bin/sh -c`), `argv` is its `args` (run without a shell; the
 * first item is the program).
 */
export type TaskCommand =
  | { readonly kind: 'shell'; readonly value: string }
  | { readonly kind: 'argv'; readonly value: readonly string[] };

/** A file to put into the sandbox before the start (marathon-api 5.7). */
export interface FetchItem {
  readonly uri: string;
  readonly extract: boolean;
  readonly executable: boolean;
  readonly cache: boolean;
  /** Where it goes, relative to the sandbox; absent = the last part of the uri. */
  readonly destPath?: string;
}

/** What the task was promised, in milli-units as the offer core counts them. */
export interface TaskResources {
  /** Thousandths of a processor. */
  readonly cpus: number;
  /** Thousandths of a MiB. */
  readonly mem: number;
  /** Thousandths of a MiB. */
  readonly disk: number;
}

/**
 * All a host needs to know to run a task; plain JSON, so that it can be kept beside the task and
 * read back by a later life of the service.
 */
export interface TaskSpec {
  readonly taskId: TaskId;
  /** The leadership term that launched it; older terms are fenced off. */
  readonly epoch: number;
  readonly executor: ExecutorKind;
  /** `null` = the default command of the image; never for plain processes. */
  readonly command: TaskCommand | null;
  /** The final environment; an executor adds only its allow-listed base underneath. */
  readonly env: Readonly<Record<string, string>>;
  readonly fetch: readonly FetchItem[];
  /** Host ports the task will listen on. */
  readonly ports: readonly number[];
  readonly resources: TaskResources;
  /** Time between SIGTERM and SIGKILL when a kill names none. */
  readonly killGracePeriod: Millis;
  /** Account to run under; absent = the account of the service. */
  readonly user?: string;
  readonly labels?: Readonly<Record<string, string>>;
}
