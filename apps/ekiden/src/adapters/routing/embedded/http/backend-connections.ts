import { Client } from 'undici';
import type { Clock } from '@ekiden/kernel';
import type { Backend } from '../../../../core/traffic/index.js';
import { backendKey } from '../backend-turns.js';
import type { RouterLimits } from '../limits.js';
import { reach } from '../link.js';

/** Idle connections are given up after this, or a second before the backend said it would. */
const IDLE_MS = 4_000;
const IDLE_MAX_MS = 60_000;
const IDLE_MARGIN_MS = 1_000;
const IDLE_COUNT_MAX = 1_024;

/** A connection to a backend; one request at a time. */
export interface Connection {
  readonly client: Client;
  /** It has carried a request before. */
  reused: boolean;
  idleSince: number;
}

/** Open connections to one backend that wait for a request. */
class IdleConnections {
  private readonly idle: Connection[] = [];
  private closed = false;

  /** The one that was used last, if that is not longer ago. */
  take(sinceMin: number): Connection | undefined {
    const last = this.idle.at(-1);
    if (last === undefined || last.idleSince < sinceMin) return undefined;
    this.idle.pop();
    last.reused = true;
    return last;
  }

  put(connection: Connection): void {
    if (this.closed || this.idle.length >= IDLE_COUNT_MAX) discard(connection);
    else this.idle.push(connection);
  }

  drop(connection: Connection): void {
    const at = this.idle.indexOf(connection);
    if (at < 0) return;
    this.idle.splice(at, 1);
    discard(connection);
  }

  close(): void {
    this.closed = true;
    for (const connection of this.idle.splice(0)) discard(connection);
  }
}

/** Connections to the backends of all `http` routes. */
export class BackendConnections {
  private readonly limits: RouterLimits;
  private readonly clock: Clock;
  private readonly pools = new Map<string, IdleConnections>();

  constructor({ limits, clock }: { readonly limits: RouterLimits; readonly clock: Clock }) {
    this.limits = limits;
    this.clock = clock;
  }

  /** One to send a request over; dialled by the request itself when none is idle for so short. */
  take(backend: Backend, { idleMaxMs }: { readonly idleMaxMs: number }): Connection {
    const sinceMin = this.clock.monotonic() - idleMaxMs;
    return this.pools.get(backendKey(backend))?.take(sinceMin) ?? this.dial(backend);
  }

  /** After a response has ended well. */
  release(backend: Backend, connection: Connection): void {
    const pool = this.pools.get(backendKey(backend));
    if (pool === undefined) {
      discard(connection);
      return;
    }
    connection.idleSince = this.clock.monotonic();
    pool.put(connection);
  }

  /** Nothing is kept for others: what they are sent no more they may close. */
  keepOnly(keys: ReadonlySet<string>): void {
    for (const [key, pool] of this.pools) {
      if (keys.has(key)) continue;
      pool.close();
      this.pools.delete(key);
    }
    for (const key of keys) {
      if (!this.pools.has(key)) this.pools.set(key, new IdleConnections());
    }
  }

  private dial(backend: Backend): Connection {
    const { connectMs, responseMs, silenceMs, headerBytesMax } = this.limits;
    const host = backend.host.includes(':') ? `[${backend.host}]` : backend.host;
    const client = new Client(`http://${host}:${backend.port}`, {
      connect: (_options, done) => {
        void reach(backend, connectMs).then((socket) => {
          if (socket === undefined) done(new Error('it does not answer'), null);
          else done(null, socket);
        });
      },
      pipelining: 1,
      keepAliveTimeout: IDLE_MS,
      keepAliveMaxTimeout: IDLE_MAX_MS,
      keepAliveTimeoutThreshold: IDLE_MARGIN_MS,
      headersTimeout: responseMs,
      bodyTimeout: silenceMs,
      maxHeaderSize: headerBytesMax,
    });
    const connection: Connection = { client, reused: false, idleSince: 0 };
    client.on('disconnect', () => {
      this.pools.get(backendKey(backend))?.drop(connection);
    });
    return connection;
  }
}

export function discard({ client }: Connection): void {
  client.destroy().catch(() => undefined);
}
