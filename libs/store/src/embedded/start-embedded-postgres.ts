import { mkdir, realpath } from 'node:fs/promises';

import type { SocketConnection } from '../database/connection-target.js';
import type { StoreLog } from '../log/index.js';
import { Backoff, errorText, pause } from '../retry/index.js';
import { findBinaries } from './binaries.js';
import { CLUSTER_USER, ensureCluster } from './cluster.js';
import { placeCluster } from './cluster-place.js';
import { lockDirectory, type DirectoryLock } from './directory-lock.js';
import { startPostmaster, type Postmaster, type PostmasterOptions } from './postmaster.js';
import { SOCKET_PORT, makeSocketDirectory, removeSocketDirectory } from './socket-directory.js';
import { stopStalePostmaster } from './stale-postmaster.js';

export interface EmbeddedPostgresOptions {
  /** Ours alone; made when missing. Holds the cluster, the lock and small records. */
  readonly dataDir: string;
  readonly log: StoreLog;
  /** For initdb, and for one start with its crash recovery, each. Default 60 s. */
  readonly startTimeoutMs?: number;
}

export interface EmbeddedPostgres {
  /** Stays the same over restarts of the server. */
  readonly connection: SocketConnection;
  /** Resolves after `stop`, with how the last server process ended. Restarts do not resolve it. */
  readonly exited: Promise<string>;
  /** The server process of the moment; undefined between a crash and the restart. */
  serverPid(): number | undefined;
  /** Fast shutdown, at most about half a minute; then gives the data directory free. */
  stop(): Promise<void>;
}

const START_TIMEOUT_MS = 60_000;
/** After a killed postmaster its backends may hold the shared memory for a moment. */
const FIRST_START_TRIES = 3;
const RESTART = { firstMs: 100, maxMs: 10_000 } as const;
/** A server that ran this long has recovered: the next crash starts with the short delay again. */
const HEALTHY_AFTER_MS = 60_000;

/**
 * Starts the Postgres that comes with the npm platform package on a directory, and keeps it
 * running: a server that dies is started again, for ever, at a bounded rate. A killed service
 * (`kill -9`) leaves the server to itself, unharmed; the next start stops and recovers it.
 *
 * Throws `DirectoryInUse` when another live process has the directory, and
 * `EmbeddedPostgresUnavailable` when this machine cannot run it.
 */
export async function startEmbeddedPostgres(
  options: EmbeddedPostgresOptions,
): Promise<EmbeddedPostgres> {
  await mkdir(options.dataDir, { recursive: true });
  const dataDir = await realpath(options.dataDir);
  const lock = await lockDirectory(dataDir);
  try {
    const prepared = await prepare(dataDir, options);
    try {
      const first = await firstStart(prepared, options.log);
      return new Supervisor({ dataDir, lock, prepared, log: options.log, first });
    } catch (error) {
      await removeSocketDirectory(dataDir, prepared.socketDirectory);
      throw error;
    }
  } catch (error) {
    await lock.release();
    throw error;
  }
}

async function prepare(
  dataDir: string,
  options: EmbeddedPostgresOptions,
): Promise<PostmasterOptions> {
  const { log } = options;
  const limitMs = options.startTimeoutMs ?? START_TIMEOUT_MS;
  const place = await placeCluster(dataDir, log);
  const binaries = await findBinaries(place.account);
  await ensureCluster({ dataDir, place, binaries, limitMs, log });
  await stopStalePostmaster(place.directory, log);
  return {
    program: binaries.postgres,
    cluster: place.directory,
    socketDirectory: await makeSocketDirectory(dataDir, place.account),
    account: place.account,
    readyTimeoutMs: limitMs,
    log,
  };
}

async function firstStart(prepared: PostmasterOptions, log: StoreLog): Promise<Postmaster> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await startPostmaster(prepared);
    } catch (error) {
      if (attempt === FIRST_START_TRIES) throw error;
      log({ level: 'warn', event: 'postgres-start-failed', message: errorText(error) });
      await pause(300 * attempt);
    }
  }
}

interface SupervisorOptions {
  readonly dataDir: string;
  readonly lock: DirectoryLock;
  readonly prepared: PostmasterOptions;
  readonly log: StoreLog;
  readonly first: Postmaster;
}

class Supervisor implements EmbeddedPostgres {
  readonly connection: SocketConnection;
  readonly exited: Promise<string>;
  private readonly options: SupervisorOptions;
  private readonly stopping = new AbortController();
  private readonly backoff = new Backoff(RESTART);
  private current: Postmaster | undefined;
  private stopped: Promise<void> | undefined;

  constructor(options: SupervisorOptions) {
    this.options = options;
    this.current = options.first;
    this.connection = {
      host: options.prepared.socketDirectory,
      port: SOCKET_PORT,
      user: CLUSTER_USER,
      database: 'postgres',
    };
    this.exited = this.supervise(options.first);
  }

  serverPid(): number | undefined {
    return this.current?.pid;
  }

  stop(): Promise<void> {
    this.stopped ??= this.stopOnce();
    return this.stopped;
  }

  private async stopOnce(): Promise<void> {
    this.stopping.abort();
    if ((await this.current?.stop()) === false) {
      // Stuck in the kernel. The directory stays locked until this process ends.
      const message = 'Postgres does not end, not even by SIGKILL; leaving it';
      this.options.log({ level: 'error', event: 'postgres-stuck', message });
      return;
    }
    await this.exited;
    await removeSocketDirectory(this.options.dataDir, this.connection.host);
    await this.options.lock.release();
  }

  private async supervise(first: Postmaster): Promise<string> {
    let server = first;
    for (;;) {
      const startedAt = performance.now();
      const how = await server.ended;
      this.current = undefined;
      if (this.isStopping()) return how;
      if (performance.now() - startedAt > HEALTHY_AFTER_MS) this.backoff.reset();
      const next = await this.restart(how);
      if (next === undefined) return how;
      server = next;
    }
  }

  private isStopping(): boolean {
    return this.stopping.signal.aborted;
  }

  /** Undefined when we were asked to stop meanwhile. */
  private async restart(how: string): Promise<Postmaster | undefined> {
    const { log, prepared } = this.options;
    let reason = `Postgres ended by itself (${how})`;
    for (;;) {
      const delayMs = this.backoff.next();
      log({
        level: 'error',
        event: 'postgres-restart',
        message: `${reason}; starting it again in ${delayMs} ms`,
      });
      await pause(delayMs, this.stopping.signal);
      if (this.isStopping()) return undefined;
      try {
        const server = await startPostmaster(prepared);
        this.current = server;
        // Asked to stop during the start: `stop` found no server to end then.
        if (this.isStopping()) await server.stop();
        return server;
      } catch (error) {
        reason = errorText(error);
      }
    }
  }
}
