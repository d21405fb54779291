import { createServer, type Server, type Socket } from 'node:net';
import type { Listen, Route } from '../../../core/traffic/index.js';
import { BackendTurns } from './backend-turns.js';
import { join, reach, refuse } from './link.js';
import { RouteLinks } from './route-links.js';

/** Whether a route's address could be taken. */
export type BindState =
  | { readonly kind: 'binding' }
  | { readonly kind: 'bound' }
  | { readonly kind: 'failed'; readonly reason: string };

export interface ListenerOptions {
  /** How long connections to a backend that was taken out may last. */
  readonly drainMs: number;
  readonly rebindMs: number;
  /** Claims room for one more connection; false = there is none. */
  readonly admit: (client: Socket) => boolean;
  readonly log: (message: string) => void;
}

/** One route at work: takes connections on its address and brings each to a backend. */
export class RouteListener {
  readonly listen: Listen;
  private readonly options: ListenerOptions;
  private readonly turns = new BackendTurns();
  private readonly links: RouteLinks;
  private server: Server | undefined;
  private retry: NodeJS.Timeout | undefined;
  private shown = '';
  private closed = false;
  private bindState: BindState = { kind: 'binding' };

  constructor(listen: Listen, options: ListenerOptions) {
    this.listen = listen;
    this.options = options;
    this.links = new RouteLinks(options.drainMs);
  }

  get state(): BindState {
    return this.bindState;
  }

  /** Returns whether the route leads elsewhere than before. */
  lead(route: Route): boolean {
    const shown = JSON.stringify(route.backends);
    if (shown === this.shown) return false;
    this.shown = shown;
    this.turns.set(route.backends);
    this.links.keepOnly(route.backends);
    return true;
  }

  /** Takes the address; resolves when it is known whether that went well. Tries again by itself. */
  async bind(): Promise<void> {
    if (this.closed) return;
    const problem = await this.tryBind();
    if (this.stopped()) return;
    if (problem === undefined) {
      if (this.bindState.kind === 'failed') this.options.log(`${this.name()} is bound now`);
      this.bindState = { kind: 'bound' };
      return;
    }
    const known = this.bindState.kind === 'failed' && this.bindState.reason === problem;
    if (!known) this.options.log(`${this.name()} cannot be bound: ${problem}`);
    this.bindState = { kind: 'failed', reason: problem };
    this.retry = setTimeout(() => void this.bind(), this.options.rebindMs);
  }

  /** Takes no more connections; open ones may last until the drain limit. */
  close(): void {
    this.closed = true;
    clearTimeout(this.retry);
    this.server?.close();
    this.server = undefined;
    this.turns.set([]);
    this.links.keepOnly([]);
  }

  /** Asked again after waiting, so that it is looked at anew. */
  private stopped(): boolean {
    return this.closed;
  }

  private tryBind(): Promise<string | undefined> {
    return new Promise((resolve) => {
      const server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (client) => {
        void this.serve(client);
      });
      server.on('error', (error: NodeJS.ErrnoException) => {
        if (this.server === server && server.listening) {
          this.options.log(`${this.name()}: ${error.message}`);
          return;
        }
        this.server = undefined;
        resolve(bindProblem(error));
      });
      const { port, address: host } = this.listen;
      this.server = server;
      server.listen({ port, host, exclusive: true }, () => {
        resolve(undefined);
      });
    });
  }

  private async serve(client: Socket): Promise<void> {
    client.on('error', () => undefined);
    if (!this.options.admit(client)) {
      client.destroy();
      return;
    }
    for (const backend of this.turns.next()) {
      if (isGone(client)) return;
      if (!this.links.isCurrent(backend)) continue;
      const upstream = await reach(backend);
      if (upstream === undefined) continue;
      if (isGone(client)) {
        upstream.destroy();
        return;
      }
      this.links.add(backend, client);
      join(client, upstream);
      return;
    }
    refuse(client);
  }

  private name(): string {
    return `${this.listen.address} port ${this.listen.port}`;
  }
}

const BIND_PROBLEMS: ReadonlyMap<string | undefined, string> = new Map([
  ['EADDRINUSE', 'another process listens there'],
  ['EACCES', 'this user may not listen there'],
  ['EADDRNOTAVAIL', 'this machine does not have the address'],
]);

function bindProblem(error: NodeJS.ErrnoException): string {
  return BIND_PROBLEMS.get(error.code) ?? error.message;
}

/** Asked again after waiting, so that it is looked at anew. */
function isGone(client: Socket): boolean {
  return client.destroyed;
}
