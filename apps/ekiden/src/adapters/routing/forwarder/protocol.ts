import type { Result } from '@ekiden/kernel';
import type { RouteTable } from '../../../core/traffic/index.js';
import type { Applied, RouteFailure, RouterUnavailable } from '../../../ports/index.js';

/** A service adopts a forwarder of the same number only; another one is replaced. */
export const PROTOCOL = 1;

/** One line of JSON each, answered by one line; then the connection ends. */
export type ControlRequest =
  | { readonly kind: 'status' }
  | { readonly kind: 'apply'; readonly table: RouteTable }
  /** Gives the addresses back, lets connections drain, ends. */
  | { readonly kind: 'shutdown' };

/** Who answers. */
export interface ForwarderIdentity {
  readonly protocol: number;
  readonly pid: number;
  /** The folder it serves, as it was started for. */
  readonly folder: string;
}

export interface ForwarderStatus extends ForwarderIdentity {
  readonly epoch: number;
  readonly generation: number;
  readonly routes: number;
  readonly connections: number;
  readonly failed: readonly RouteFailure[];
}

export interface ControlAnswer {
  readonly status: ForwarderStatus;
  /** Of an `apply`. */
  readonly applied?: Result<Applied, RouterUnavailable>;
}

/** Room for a table of about 100,000 routes. */
export const LINE_MAX_BYTES = 64 * 1024 * 1024;
