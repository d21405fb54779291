import type { Millis, TaskId } from '@ekiden/kernel';
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
  /**
   * Share of what comes (connections, or requests of an `http` route), relative to the other
   * backends of the route; at least 0. 0: nothing new, what is under way goes on.
   */
  readonly weight: number;
  readonly taskId: TaskId;
}

/**
 * `service`: for everyone, on the address that service ports are open on. `scope`: what the
 * `SERVICE_*` variables of dependents point to, where that address does not serve them already
 * (ADR 0010). `preview`: leads to a version that is not live yet (rollouts.md, Preview). `label`: one
 * more port for everyone, where no app has it as its service port (`HAPROXY_<n>_PORT`).
 */
export type RouteKind = 'service' | 'scope' | 'preview' | 'label';

/**
 * `tcp`: bytes are passed on as they come, a connection stays with its backend. `http`: each
 * request goes its own way, also over one kept-alive connection; upgraded ones are passed on as
 * bytes.
 */
export type RouteMode = 'tcp' | 'http';

/** What backends are told of where a connection comes from; absent = nothing but by `http`. */
export type ClientAddress =
  /** The first bytes of a connection (PROXY protocol, version 1 or 2); `tcp` only. */
  'proxyV1' | 'proxyV2';

/** Requests of an `http` route that ask for a version that is not live yet. */
export interface PreviewRoute {
  /** Value of the header `X-Ekiden-Preview`, or of a cookie of that name: a deployment. */
  readonly deployment: string;
  /** By task id, none twice. */
  readonly backends: readonly Backend[];
}

/** One port of an app, and what stands behind it at the moment; perhaps nothing. */
export interface Route {
  readonly listen: Listen;
  readonly app: PathId;
  /** Which of the app's ports, counted from 0. */
  readonly portIndex: number;
  /** By task id, none twice. */
  readonly backends: readonly Backend[];
  readonly kind: RouteKind;
  readonly mode: RouteMode;
  /**
   * How long what is under way to a backend that was taken out may go on (rollouts.md, Drain):
   * kept-alive `http` connections are closed after their response, what is left then is cut.
   */
  readonly drain: Millis;
  readonly clientAddress?: ClientAddress;
  /** Only of `http` routes that lead elsewhere for some requests; by deployment. */
  readonly previews?: readonly PreviewRoute[];
  /** Names that clients of an `http` route may ask for on the shared port (vhosts), if any. */
  readonly hosts?: readonly string[];
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
