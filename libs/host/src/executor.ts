import type { MemberEnd, Millis, Result, TaskId, TaskReason } from '@ekiden/kernel';
import type { HostFailure } from './host-failure.js';
import type { ExecutorKind, GroupMark, TaskSpec } from './task-spec.js';

/** How a task ended. */
export interface TaskExit {
  /** 128 + signal number when a signal ended it; `null` when nobody saw the end. */
  readonly exitCode: number | null;
  /** Name of the signal that ended it, such as `SIGKILL`. */
  readonly signal?: string;
  readonly message: string;
  /** Only where the host knows more than the exit code says (restart of the host, out of memory). */
  readonly reason?: TaskReason;
  /** Of a group: how each of its members ended. */
  readonly members?: readonly MemberEnd[];
}

export interface TaskStarted {
  readonly startedAt: Millis;
  /** Addresses the task answers on, where they differ from the agent's. */
  readonly ipAddresses?: readonly string[];
}

export type AdoptedPhase = 'prepared' | 'running' | 'exited';

/** One task of ours found on the host. */
export interface AdoptedTask {
  readonly taskId: TaskId;
  /** The leadership term that launched it. */
  readonly epoch: number;
  /** As in its spec: what it was launched with is not kept everywhere. */
  readonly killGracePeriod: Millis;
  readonly phase: AdoptedPhase;
  /** With phase `exited`. */
  readonly exit?: TaskExit;
  /** Absent while `prepared`. */
  readonly startedAt?: Millis;
  /** A shutdown was asked for, by this or an earlier life of the service. */
  readonly killAsked: boolean;
  /** Host ports, as in its spec; absent where they are not kept. */
  readonly ports?: readonly number[];
  /** As in its spec. */
  readonly group?: GroupMark;
}

/** Whether the machinery behind an executor answers. */
export type HostReach =
  | { readonly kind: 'answers' }
  /** `reason` is a sentence for people. */
  | { readonly kind: 'silent'; readonly reason: string };

/**
 * Runs tasks of one kind on one host (the controller of SwarmKit's agents is the model). Tasks
 * outlive the executor object: what it must know is kept on the host. Calls for different tasks are
 * independent and may overlap. Every implementation passes the suite in `@ekiden/host/contract`.
 * Executors run the members of groups like any other task; groups are made of them by
 * `withTaskGroups`.
 */
export interface Executor {
  readonly kind: ExecutorKind;

  /**
   * Makes all ready but runs nothing: sandbox, files, image, ports. Repeating it is harmless. When
   * it fails nothing is left behind. A shutdown while it works makes it fail with `cancelled`.
   */
  prepare(spec: TaskSpec): Promise<Result<void, HostFailure>>;

  /** Runs a prepared task. A task is started at most once; a repeated call gives the first answer. */
  start(taskId: TaskId): Promise<Result<TaskStarted, HostFailure>>;

  /**
   * Resolves when the task and everything it left running is gone, for adopted tasks too. Fails with
   * `closed` when this object is closed first, with `engineGone` when the host cannot be asked.
   */
  wait(taskId: TaskId): Promise<Result<TaskExit, HostFailure>>;

  /**
   * SIGTERM, `grace`, SIGKILL; resolves when the task is gone. Repeating it never prolongs the
   * grace and shortens it when the new one ends earlier. A task not started yet never starts. Ok
   * when there is no such task.
   */
  shutdown(taskId: TaskId, grace: Millis): Promise<Result<void, HostFailure>>;

  /**
   * Forgets a task that does not run; `adopt` lists it no more. Its sandbox stays for a while, for
   * people to read. Ok when there is no such task, `stillRunning` when it runs.
   */
  remove(taskId: TaskId): Promise<Result<void, HostFailure>>;

  /**
   * Forgets what was prepared and not started, without touching it: the host is asked for nothing,
   * `adopt` finds it again. Nothing happens when there is no such task, or when it was started.
   * Absent where nobody else can start what is prepared here.
   */
  abandon?(taskId: TaskId): void;

  /** Everything of ours on this host; from then on `wait` and `shutdown` work for it. */
  adopt(): Promise<Result<readonly AdoptedTask[], HostFailure>>;

  /**
   * Present where the machinery behind the executor can be away while its tasks run: tells of every
   * change from then on, beginning with the present state as soon as it is known.
   */
  watch?(listener: (reach: HostReach) => void): void;

  /** Lets go of the host; tasks run on. */
  close(): Promise<void>;
}
