import type { ChildProcess } from 'node:child_process';

import type { StoreLog } from '../log/index.js';
import { spawnAs, type Account } from './account.js';
import { childEnvironment } from './cluster.js';
import { SOCKET_PORT } from './socket-directory.js';
import { stopProcess } from './stale-postmaster.js';

export interface PostmasterOptions {
  readonly program: string;
  readonly cluster: string;
  readonly socketDirectory: string;
  readonly account: Account;
  readonly readyTimeoutMs: number;
  readonly log: StoreLog;
}

/** One running server process, from spawn to exit. */
export interface Postmaster {
  readonly pid: number;
  /** Resolves when the process has ended, with how. */
  readonly ended: Promise<string>;
  /** Fast shutdown, then rougher; true when the process is gone. */
  stop(): Promise<boolean>;
}

const TAIL_LINES = 20;
const LINE_MAX = 2_000;

/**
 * Settings on the command line win over the cluster's files. Only a private unix socket listens,
 * so `trust` in pg_hba.conf trusts nobody but us. Durability is spelled out: acknowledged means
 * on disk.
 */
const SETTINGS = [
  `port=${SOCKET_PORT}`,
  'listen_addresses=',
  'shared_buffers=32MB',
  'max_connections=40',
  'max_wal_size=512MB',
  'fsync=on',
  'full_page_writes=on',
  'synchronous_commit=on',
  'log_checkpoints=off',
  'jit=off',
  'timezone=UTC',
  'log_timezone=UTC',
] as const;

/** Starts Postgres and waits until it accepts connections. Throws with the reason and its last words. */
export async function startPostmaster(options: PostmasterOptions): Promise<Postmaster> {
  const settings = SETTINGS.flatMap((setting) => ['-c', setting]);
  const place = ['-D', options.cluster, '-k', options.socketDirectory];
  const child = spawnAs(options.account, options.program, [...place, ...settings], {
    cwd: options.socketDirectory,
    env: childEnvironment(options.socketDirectory),
    // Its own session: Ctrl-C in the terminal goes to the service alone, which stops us in order.
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const tail: string[] = [];
  const ended = whenEnded(child);
  const ready = new Promise<'ready'>((resolve) => {
    readLines(child, (line) => {
      tail.push(line);
      if (tail.length > TAIL_LINES) tail.shift();
      report(line, options.log);
      if (line.includes('ready to accept connections')) resolve('ready');
    });
  });
  const outcome = await firstOf(ready, ended, options.readyTimeoutMs);
  const { pid } = child;
  if (outcome.kind === 'ready' && pid !== undefined) {
    return { pid, ended, stop: () => stopProcess(pid) };
  }
  if (pid !== undefined && outcome.kind === 'too-slow') await stopProcess(pid);
  const reason = outcome.kind === 'ended' ? outcome.how : 'not ready in time';
  throw new Error(`Postgres did not start (${reason}): ${tail.slice(-5).join(' | ')}`);
}

type StartOutcome =
  | { readonly kind: 'ready' }
  | { readonly kind: 'ended'; readonly how: string }
  | { readonly kind: 'too-slow' };

function firstOf(
  ready: Promise<'ready'>,
  ended: Promise<string>,
  limitMs: number,
): Promise<StartOutcome> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      resolve({ kind: 'too-slow' });
    }, limitMs);
    const settle = (outcome: StartOutcome): void => {
      clearTimeout(timer);
      resolve(outcome);
    };
    void ready.then(() => {
      settle({ kind: 'ready' });
    });
    void ended.then((how) => {
      settle({ kind: 'ended', how });
    });
  });
}

function whenEnded(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.on('error', (error) => {
      if (child.pid === undefined) resolve(`not started: ${error.message}`);
    });
    // Not 'close': backends that outlive a killed postmaster for a moment hold the pipe open.
    child.on('exit', (code, signal) => {
      resolve(signal === null ? `exit code ${code ?? 'unknown'}` : `signal ${signal}`);
    });
  });
}

/** Always keeps reading, so that a full pipe never blocks the server; never accumulates. */
function readLines(child: ChildProcess, take: (line: string) => void): void {
  let rest = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    const lines = (rest + chunk.toString('utf8')).split('\n');
    rest = (lines.pop() ?? '').slice(0, LINE_MAX);
    for (const line of lines) if (line !== '') take(line.slice(0, LINE_MAX));
  });
}

function report(line: string, log: StoreLog): void {
  const level = /\b(?:PANIC|FATAL):/.test(line) ? 'warn' : 'debug';
  log({ level, event: 'postgres-says', message: line });
}
