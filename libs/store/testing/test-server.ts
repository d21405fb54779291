import { spawn } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import {
  DirectoryInUse,
  lockDirectory,
  startEmbeddedPostgres,
  stopStalePostmaster,
  type EmbeddedPostgres,
} from '../src/embedded/index.js';
import { silentLog } from '../src/log/index.js';

const PREFIX = 'ekiden-test-pg-';

/** A server for one test run, in a directory of its own below TMPDIR. */
export interface TestServer {
  readonly postgres: EmbeddedPostgres;
  readonly dataDir: string;
  stop(): Promise<void>;
}

/**
 * Starts it. It does not outlive the run: a watcher in a session of its own notices the end of
 * this process (its input closes, also on `kill -9`) and ends server and directory; should the
 * watcher be killed too, the next run's sweep does it.
 */
export async function startTestServer(): Promise<TestServer> {
  await sweepDeadRuns();
  const dataDir = await mkdtemp(join(tmpdir(), PREFIX));
  const postgres = await startEmbeddedPostgres({ dataDir, log: silentLog });
  const watcher = watchThisProcess(dataDir, postgres.connection.host);
  return {
    postgres,
    dataDir,
    stop: async () => {
      await postgres.stop();
      watcher.dismiss();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** `$1` = data directory, `$2` = socket directory. "done" on the input dismisses the watcher. */
const WATCHER = `
read -r word && [ "$word" = done ] && exit 0
pid=$(head -n 1 "$1/cluster/postmaster.pid") && kill -QUIT "$pid"
for i in 1 2 3 4 5 6 7 8 9 10; do kill -0 "$pid" 2>/dev/null || break; sleep 0.2; done
rm -rf "$1" "$2"
`;

function watchThisProcess(dataDir: string, socketDir: string): { dismiss(): void } {
  const child = spawn('sh', ['-c', WATCHER, 'watcher', dataDir, socketDir], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  child.on('error', () => undefined);
  child.stdin.on('error', () => undefined);
  child.unref();
  return {
    dismiss: () => {
      child.stdin.end('done\n');
    },
  };
}

/** Ends servers of runs whose process is gone (their lock tells) and removes what they left. */
export async function sweepDeadRuns(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    if (!name.startsWith(PREFIX)) continue;
    const dataDir = join(tmpdir(), name);
    try {
      const lock = await lockDirectory(dataDir, { waitMs: 0 });
      await stopStalePostmaster(join(dataDir, 'cluster'), silentLog);
      await lock.release();
      await rm(dataDir, { recursive: true, force: true });
    } catch (error) {
      // Alive, or just being swept by another run.
      if (!(error instanceof DirectoryInUse) && !isGone(error)) throw error;
    }
  }
}

function isGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
