import type { Result, TaskId } from '@ekiden/kernel';
import type { TaskCounts } from '../core/deployment/index.js';
import type { Listen, RouteTable } from '../core/traffic/index.js';

/** A route that cannot be served now. The router tries again by itself. */
export interface RouteFailure {
  readonly listen: Listen;
  readonly reason: string;
}

export interface Applied {
  /** Routes that were added, removed, or lead elsewhere than before. */
  readonly changed: number;
  /** States of routes, not errors of the table: everything else is served. */
  readonly failed: readonly RouteFailure[];
  /** A task that is not named is drained; at the latest when the `drain` of its route is over. */
  readonly draining: readonly Draining[];
}

/** A task that no route leads to any more, and to which something is still under way. */
export interface Draining {
  readonly taskId: TaskId;
  /** Connections of `tcp` routes, requests of `http` ones. */
  readonly open: number;
}

/** What a router has seen of one backend; see `TaskCounts`. */
export type BackendTraffic = TaskCounts;

export type RouterUnavailable =
  /** The router cannot be asked; what it was told last stays in force. */
  | { readonly kind: 'unreachable'; readonly reason: string }
  /** It holds the table of a newer term, or of a newer turn of this one. */
  | { readonly kind: 'outdated'; readonly epoch: number; readonly generation: number };

/**
 * Brings connections to service ports and scope addresses to instances. It outlives this process:
 * what it was told last stays in force while nobody leads.
 */
export interface Router {
  /**
   * Makes `table` all the routes there are; once acknowledged, no new connection goes anywhere
   * else. Absolute, so repeating a call is safe and changes nothing. Fenced by the table's epoch
   * and generation. Connections that are open stay open: those to a backend that was taken out
   * for as long as it may drain.
   */
  apply(table: RouteTable): Promise<Result<Applied, RouterUnavailable>>;

  /** What went to each backend, routed or draining; absent where a router does not count. */
  traffic?(): Promise<Result<readonly BackendTraffic[], RouterUnavailable>>;
}

/** IP addresses that tasks look for service ports at; they outlive this process as the router does. */
export interface ScopeMemory {
  /** What was kept last, in the life of the service before this one. */
  readonly recalled: readonly string[];
  /** Never rejects: what is forgotten costs a change of what the router listens on. */
  keep(addresses: readonly string[]): Promise<void>;
}
