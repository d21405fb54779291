import { createServer, type Server, type Socket } from 'node:net';
import type { Listen } from '../../../core/traffic/index.js';

/** Whether a route's address could be taken. */
export type BindState =
  | { readonly kind: 'binding' }
  | { readonly kind: 'bound' }
  | { readonly kind: 'failed'; readonly reason: string };

export interface ListenerOptions {
  readonly rebindMs: number;
  readonly log: (message: string) => void;
  readonly serve: (client: Socket) => void;
}

/** Finds peers that went away without a word. */
const KEEP_ALIVE_MS = 30_000;

/** One address that connections are taken on. */
export class RouteListener {
  readonly listen: Listen;
  private readonly options: ListenerOptions;
  private server: Server | undefined;
  private retry: NodeJS.Timeout | undefined;
  private closed = false;
  private bindState: BindState = { kind: 'binding' };

  constructor(listen: Listen, options: ListenerOptions) {
    this.listen = listen;
    this.options = options;
  }

  get state(): BindState {
    return this.bindState;
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

  /** Takes no more connections. */
  close(): void {
    this.closed = true;
    clearTimeout(this.retry);
    this.server?.close();
    this.server = undefined;
  }

  /** Asked again after waiting, so that it is looked at anew. */
  private stopped(): boolean {
    return this.closed;
  }

  private tryBind(): Promise<string | undefined> {
    return new Promise((resolve) => {
      const keepAlive = { keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MS };
      const options = { allowHalfOpen: true, noDelay: true, ...keepAlive };
      const server = createServer(options, this.options.serve);
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
      server.listen({ port, host, exclusive: true, backlog: BACKLOG }, () => {
        resolve(undefined);
      });
    });
  }

  private name(): string {
    return `${this.listen.address} port ${this.listen.port}`;
  }
}

/** Connections that may wait to be taken, where the system allows so many. */
const BACKLOG = 4_096;

const BIND_PROBLEMS: ReadonlyMap<string | undefined, string> = new Map([
  ['EADDRINUSE', 'another process listens there'],
  ['EACCES', 'this user may not listen there'],
  ['EADDRNOTAVAIL', 'this machine does not have the address'],
]);

function bindProblem(error: NodeJS.ErrnoException): string {
  return BIND_PROBLEMS.get(error.code) ?? error.message;
}
