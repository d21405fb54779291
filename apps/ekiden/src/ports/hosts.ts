import type { AgentId, Millis, TaskId } from '@ekiden/kernel';
import type { Effect, WorldCommand } from '../core/turn/index.js';
import type { Volume, VolumeId } from '../core/volume/index.js';
import type { TaskAccess } from './task-access.js';

/** What hosts report; false when it could not be taken now (they repeat statuses by themselves). */
export type HostListener = (report: WorldCommand) => boolean;

/** What hosts are told of a term that begins. */
export interface HostTerm {
  readonly epoch: number;
  /** Names this cluster for good: what runs on hosts under another name is not ours. */
  readonly cluster: string;
  /** Whether this service still leads, by its own clock; asked before a task is started. */
  stillHeld(): boolean;
  /** Tasks that run on hosts as far as the state knows. */
  readonly expected: readonly { readonly taskId: TaskId; readonly agentId: AgentId }[];
}

/**
 * The machines that run tasks, as the leader sees them. Tasks outlive terms and this process.
 */
export interface Hosts {
  /** Their tasks from inside; in and out of terms. */
  readonly tasks: TaskAccess;
  /**
   * Begins a term: launches of older terms are refused from here on. Every host reports itself
   * (`agentRegistered`), then what it was found to run (`hostRecovered`), then statuses. A host
   * that cannot be asked yet is asked again, without end.
   */
  enter(term: HostTerm, listener: HostListener): void;
  /** Performs an effect of a committed turn; what comes of it is reported. Never throws. */
  perform(effect: Effect): void;
  /**
   * What the data of volumes takes on their disks, of those whose hosts can say it now. In a term
   * only; never rejects.
   */
  measureVolumes(volumes: readonly MeasuredVolume[]): Promise<readonly VolumeSize[]>;
  /** Ends the term: nothing is reported or performed until the next `enter`. */
  leave(): void;
  /** Lets go of everything; tasks run on. */
  close(): Promise<void>;
}

/** Where to look for a volume. */
export type MeasuredVolume = Pick<Volume, 'id' | 'agentId' | 'executor' | 'disk'>;

export interface VolumeSize {
  readonly volumeId: VolumeId;
  readonly bytes: number;
}

/** A command to run beside a task, on its host. */
export interface TaskCommandOrder {
  readonly agentId: AgentId;
  readonly taskId: TaskId;
  /** For `/bin/sh -c`, in the task's sandbox and with its environment. */
  readonly command: string;
  /** The command and all it has started are killed after this long. */
  readonly timeout: Millis;
}

export type TaskCommandOutcome =
  | { readonly kind: 'exited'; readonly exitCode: number }
  | { readonly kind: 'timedOut' }
  /** It cannot be run there at all: no working directory, a container that takes no commands. */
  | { readonly kind: 'notRun'; readonly reason: string }
  /** Its host does not have it, cannot be asked, or has no room for one more process. Says nothing. */
  | { readonly kind: 'noHost'; readonly reason: string };

/** Runs commands beside tasks. */
export interface TaskCommands {
  /** Never rejects. */
  runCommand(order: TaskCommandOrder): Promise<TaskCommandOutcome>;
}
