import type { Millis, Result } from '@ekiden/kernel';
import type { AgentRow, FrameworkRow, RoleRow, TaskRow } from '@ekiden/offers';
import type { AppDefinition, PathId } from '../core/app/index.js';
import type { Deployment } from '../core/deployment/index.js';
import type { NumberedEvent } from '../core/events/index.js';
import type { Group, RootSnapshot } from '../core/group/index.js';
import type { Instance, LaunchDelay, TaskFailure } from '../core/instance/index.js';
import type { Turn } from '../core/loop/index.js';
import type { Volume } from '../core/volume/index.js';
import type { UnknownTask } from '../core/turn/index.js';

/** A term of leadership: the right to commit and to act, until it is lost. */
export interface LeaderTerm {
  readonly epoch: number;
  /** By the monotonic clock; asked before every commit and every host call. */
  stillHeld(): boolean;
  /** Resolves with the reason when the term is over. */
  readonly lost: Promise<string>;
  resign(): Promise<void>;
}

export type CommitFailure =
  | { readonly kind: 'deposed' }
  | { readonly kind: 'conflict' }
  /** Certainly not committed. */
  | { readonly kind: 'unavailable'; readonly reason: string }
  /** Committed or not: the turn number read at recovery tells. */
  | { readonly kind: 'unknown'; readonly reason: string };

/** Everything committed, as read at the beginning of a term. */
export interface StoredState {
  readonly turn: number;
  readonly lastEvent: number;
  /** Time of the newest commit; 0 before the first. */
  readonly lastCommitAt: Millis;
  readonly rootVersion: Millis;
  readonly apps: readonly AppDefinition[];
  readonly groups: readonly Group[];
  /** Older definitions that instances still refer to. */
  readonly appVersions: readonly AppDefinition[];
  readonly instances: readonly Instance[];
  readonly deployments: readonly Deployment[];
  readonly launchDelays: readonly LaunchDelay[];
  readonly taskFailures: readonly TaskFailure[];
  readonly volumes: readonly Volume[];
  readonly unknownTasks: readonly UnknownTask[];
  readonly agents: readonly AgentRow[];
  readonly frameworks: readonly FrameworkRow[];
  readonly tasks: readonly TaskRow[];
  /** What operators said of roles. */
  readonly roles: readonly RoleRow[];
}

/** How much history is kept, at least. */
export interface VersionsKept {
  /** Newest versions of each app. */
  readonly versions: number;
  /** Newest versions of the root, with all that was part of them. */
  readonly roots: number;
}

/** A turn in the form in which the database takes it. */
export interface PreparedTurn {
  /**
   * Writes it whole or not at all, fenced by the term; one turn at a time, and each once. `sent` is
   * called when all of it has left for the database, if it comes to that.
   */
  commit(sent?: () => void): Promise<Result<void, CommitFailure>>;
}

/** Durable state and the election that guards it. */
export interface StateStore {
  /** Waits until this process leads. Rejects only when `signal` ends the waiting. */
  campaign(signal: AbortSignal): Promise<LeaderTerm>;
  /** Rejects when the database is away. */
  load(): Promise<StoredState>;
  /**
   * Makes a turn ready to be written, also while the one before it is; of the turn nothing is read
   * after that.
   */
  prepare(term: LeaderTerm, turn: Turn): Promise<PreparedTurn>;
  /** A stored version of an app. */
  appVersion(id: PathId, version: Millis): Promise<AppDefinition | undefined>;
  /** Newest first. */
  appVersions(id: PathId): Promise<readonly Millis[]>;
  /** Root versions in which a group exists, newest first. */
  rootVersionsOf(group: PathId): Promise<readonly Millis[]>;
  /** A group and all below it as of a root version; undefined if it was not part of that one. */
  rootAt(group: PathId, version: Millis): Promise<RootSnapshot | undefined>;
  /**
   * Committed events behind number `after`, in order, at most `limit`. A first number above
   * `after + 1`: those before it were pruned. Rejects when the database is away.
   */
  readEvents(after: number, limit: number): Promise<readonly NumberedEvent[]>;
  /**
   * Removes a small batch of the oldest events beyond the newest `keep`; resolves with how many,
   * and whether there may be more. Rejects when the database is away.
   */
  pruneEvents(keep: number): Promise<{ readonly removed: number; readonly more: boolean }>;
  /**
   * Goes a small step through the histories of definitions and removes what nothing holds any more;
   * resolves with how many rows went, and whether there is more to look at. Rejects when the
   * database is away.
   */
  pruneVersions(kept: VersionsKept): Promise<{ readonly removed: number; readonly more: boolean }>;
  /** Address of the leader of the moment, ours or another. */
  leaderAddress(): Promise<string | undefined>;
}
