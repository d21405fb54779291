import type { Millis } from '@ekiden/kernel';
import type { AppDefinition, PathId } from '../core/app/index.js';
import type { RootSnapshot } from '../core/group/index.js';
import type { ApiCommand, Look, Reply, StateView } from '../core/turn/index.js';
import type { ClosedPort } from '../core/why/index.js';
import type { EventSource } from './event-source.js';
import type { TaskAccess } from './task-access.js';

/** Whether this process leads, and if not (or not yet), what it waits for. */
export interface LeadershipView {
  readonly elected: boolean;
  /** Epoch of the current term, 0 before the first. */
  readonly epoch: number;
  /** `host:port` of the leader, if any is known. */
  readonly leader: string | undefined;
  /** Whether another service on this database was seen to lead since this one last did. */
  readonly standby: boolean;
  /** What the service is waiting for when it cannot serve writes ("database unreachable since ..."). */
  readonly waitingFor: { readonly reason: string; readonly since: Millis } | undefined;
}

/** What the API knows of the service: it submits commands and reads committed state. */
export interface ServiceDoor {
  readonly events: EventSource;
  readonly tasks: TaskAccess;
  /**
   * Resolves once the command's turn is committed (or refused, or the bounded wait for a leader or
   * database is over: then `unavailable`). Never rejects for anything a client or the world did.
   */
  submit(command: ApiCommand): Promise<Reply>;
  /** Committed state; `undefined` until the first recovery has finished. */
  state(): StateView | undefined;
  /**
   * Asks the resource core as it is between two turns. Resolves with `undefined` when this process
   * does not lead, or the database does not confirm the turn under way.
   */
  look<T>(read: (look: Look) => T): Promise<T | undefined>;
  /** Service ports that the router could not open when it was told last. */
  closedPorts(): readonly ClosedPort[];
  leadership(): LeadershipView;
  /**
   * Gives up leadership half a second from now: another service takes over, or this one again after
   * a while. Tasks run on. Answers false, and does nothing, if this service does not lead.
   */
  abdicate(): boolean;
  now(): Millis;
  /** A stored version of an app, for rollback and display. Rejects only if the database is away. */
  appVersion(id: PathId, version: Millis): Promise<AppDefinition | undefined>;
  /** Versions of an app, newest first; empty when unknown. */
  appVersions(id: PathId): Promise<readonly Millis[]>;
  /** Root versions in which a group exists, newest first. Rejects only if the database is away. */
  rootVersionsOf(group: PathId): Promise<readonly Millis[]>;
  /** A group and all below it as of a root version; undefined if it was not part of that one. */
  rootAt(group: PathId, version: Millis): Promise<RootSnapshot | undefined>;
}
