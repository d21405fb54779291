import type { TaskId } from '@ekiden/kernel';
import type { PathId } from '../app/index.js';

/** Where a route takes connections. */
export interface Listen {
  readonly port: number;
  /** An IP address of this machine; `0.0.0.0` or `::` = all of them. */
  readonly address: string;
}

/** One instance that connections may be passed on to. */
export interface Backend {
  /** Name or address. */
  readonly host: string;
  readonly port: number;
  /** Share of new connections, relative to the other backends of the route; at least 1. */
  readonly weight: number;
  readonly taskId: TaskId;
}

/**
 * `service`: for everyone, on the address that service ports are open on. `scope`: what the
 * `SERVICE_*` variables of dependents point to, where that address does not serve them already
 * (ADR 0010).
 */
export type RouteKind = 'service' | 'scope';

/** One port of an app, and what stands behind it at the moment; perhaps nothing. */
export interface Route {
  readonly listen: Listen;
  readonly app: PathId;
  /** Which of the app's ports, counted from 0. */
  readonly portIndex: number;
  /** By task id, none twice. */
  readonly backends: readonly Backend[];
  readonly kind: RouteKind;
}

/**
 * All routes there shall be. Absolute: it replaces whatever was before. Numbered: a table with a
 * smaller epoch, or of the same epoch and with a smaller generation, is out of date.
 */
export interface RouteTable {
  /** Number of the committed turn whose state it shows. */
  readonly generation: number;
  /** Leadership term that made it. */
  readonly epoch: number;
  /** No two of them listen on the same address and port. */
  readonly routes: readonly Route[];
}

/** A service port that leads to another app (or another port of the same) and gets no route. */
export interface RouteConflict {
  readonly app: PathId;
  readonly portIndex: number;
  readonly servicePort: number;
  readonly owner: PathId;
}

/** The routes of a state, and what it asked for in vain. */
export interface Routing {
  readonly routes: readonly Route[];
  readonly conflicts: readonly RouteConflict[];
}
