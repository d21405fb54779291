import { randomUUID } from 'node:crypto';
import {
  chmod,
  mkdir,
  open,
  readFile,
  readdir,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

import type { StoreLog } from '../log/index.js';
import { giveTo, spawnAs } from './account.js';
import type { Binaries } from './binaries.js';
import type { ClusterPlace } from './cluster-place.js';
import { runToEnd } from './run-to-end.js';
import { EmbeddedPostgresUnavailable } from './unavailable.js';

export const CLUSTER_USER = 'postgres';

/** Says that the cluster was made once, so that a lost one is not silently replaced by an empty one. */
const MADE = 'cluster-made';

export interface ClusterOptions {
  readonly dataDir: string;
  readonly place: ClusterPlace;
  readonly binaries: Binaries;
  readonly limitMs: number;
  readonly log: StoreLog;
}

/**
 * Makes the cluster when there is none. It is made beside its place and renamed into it, so a kill
 * in between leaves no half-made cluster. Call under the directory lock.
 */
export async function ensureCluster(options: ClusterOptions): Promise<void> {
  const { dataDir, place, binaries } = options;
  const marker = join(dataDir, MADE);
  const version = await readFile(join(place.directory, 'PG_VERSION'), 'utf8').catch(
    () => undefined,
  );
  if (version !== undefined) {
    if (version.trim() !== binaries.major) {
      throw new EmbeddedPostgresUnavailable(
        `the data in ${place.directory} belongs to Postgres ${version.trim()}, the programs are ` +
          `Postgres ${binaries.major}: dump it with the old version and restore it`,
      );
    }
    await writeFile(marker, `${place.directory}\n`);
    return;
  }
  if ((await stat(marker).catch(() => undefined)) !== undefined) {
    throw new EmbeddedPostgresUnavailable(
      `the database that was in ${place.directory} is gone: put it back, or remove the whole data ` +
        `directory ${dataDir} to begin with an empty one`,
    );
  }
  await makeCluster(options);
  await writeFile(marker, `${place.directory}\n`, { flush: true });
}

async function makeCluster(options: ClusterOptions): Promise<void> {
  const { place, binaries, limitMs, log } = options;
  const parent = dirname(place.directory);
  const draftPrefix = `${basename(place.directory)}.draft-`;
  for (const name of await readdir(parent)) {
    if (!name.startsWith(draftPrefix)) continue;
    await rm(join(parent, name), { recursive: true, force: true });
  }
  const draft = join(parent, `${draftPrefix}${randomUUID()}`);
  await mkdir(draft, { mode: 0o700 });
  await chmod(draft, 0o700);
  await giveTo(place.account, draft);
  log({
    level: 'info',
    event: 'postgres-init',
    message: `making a database in ${place.directory}`,
  });
  const args = ['-D', draft, '-U', CLUSTER_USER, '--auth=trust', '--encoding=UTF8', '--locale=C'];
  const child = spawnAs(place.account, binaries.initdb, [...args, '--no-instructions'], {
    cwd: draft,
    env: childEnvironment(draft),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const end = await runToEnd(child, { limitMs });
  if (end.kind !== 'exited' || end.code !== 0) {
    await rm(draft, { recursive: true, force: true });
    throw new EmbeddedPostgresUnavailable(`the database could not be made: ${initFailure(end)}`);
  }
  await rename(draft, place.directory);
  await syncDirectory(parent);
}

/** Nothing of the service's own environment (DATABASE_URL!) reaches Postgres. */
export function childEnvironment(home: string): NodeJS.ProcessEnv {
  const path = process.env['PATH'];
  return { HOME: home, LC_ALL: 'C', TZ: 'UTC', ...(path === undefined ? {} : { PATH: path }) };
}

function initFailure(end: Awaited<ReturnType<typeof runToEnd>>): string {
  switch (end.kind) {
    case 'exited':
      return end.output.trim().split('\n').slice(-5).join(' | ');
    case 'too-slow':
      return 'initdb did not finish in time';
    case 'not-started':
      return end.missing
        ? `initdb does not start (${end.reason}); the programs need the GNU C library, which Alpine lacks`
        : end.reason;
  }
}

async function syncDirectory(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
