import type { Result } from '@ekiden/kernel';
import type { Listen, RouteTable } from '../../../core/traffic/index.js';
import type {
  Applied,
  BackendTraffic,
  RouteFailure,
  RouterUnavailable,
} from '../../../ports/index.js';

/** A service adopts a router of the same number only; another one is replaced. */
export const PROTOCOL = 2;

/** One line of JSON each, answered by one line; then the connection ends. */
export type ControlRequest =
  | { readonly kind: 'status' }
  /** `vhosts`: where requests find the routes that have `hosts`. */
  | { readonly kind: 'apply'; readonly table: RouteTable; readonly vhosts?: Listen }
  | { readonly kind: 'traffic' }
  /** The connection stays open after the answer; its end is the end of the router. */
  | { readonly kind: 'watch' }
  /** Gives the addresses back, lets connections drain, ends. */
  | { readonly kind: 'shutdown' };

/** Who answers. */
export interface RouterIdentity {
  readonly protocol: number;
  readonly pid: number;
  /** The folder it serves, as it was started for. */
  readonly folder: string;
}

export interface RouterStatus extends RouterIdentity {
  readonly epoch: number;
  readonly generation: number;
  readonly routes: number;
  readonly connections: number;
  readonly failed: readonly RouteFailure[];
}

export interface ControlAnswer {
  readonly status: RouterStatus;
  /** Of an `apply`. */
  readonly applied?: Result<Applied, RouterUnavailable>;
  readonly traffic?: readonly BackendTraffic[];
}

/** Room for a table of about 100,000 routes. */
export const LINE_MAX_BYTES = 64 * 1024 * 1024;
