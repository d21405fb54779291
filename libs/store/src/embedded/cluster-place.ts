import { randomUUID } from 'node:crypto';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { StoreLog } from '../log/index.js';
import {
  canReach,
  closedAncestor,
  plainAccount,
  reachingAccount,
  type Account,
} from './account.js';
import { EmbeddedPostgresUnavailable } from './unavailable.js';

/** Where the Postgres cluster lies and who may work there. */
export interface ClusterPlace {
  readonly directory: string;
  readonly account: Account;
}

const RECORD = 'cluster-location';

/**
 * Normally `<dataDir>/cluster`. When we are root and the data directory lies below a directory
 * closed to others (root's home, mode 0700), the unprivileged Postgres gets the right to walk
 * through it; where that is not possible the cluster goes to a readable place, which is recorded
 * in the data directory and used from then on.
 */
export async function placeCluster(dataDir: string, log: StoreLog): Promise<ClusterPlace> {
  const account = plainAccount();
  const recorded = await readRecord(dataDir);
  if (recorded !== undefined) return { directory: recorded, account };
  const directory = join(dataDir, 'cluster');
  const closed = await closedAncestor(account, directory);
  if (closed === undefined) return { directory, account };
  if (await canReach(dataDir)) return { directory, account: reachingAccount() };
  if (await exists(directory)) {
    throw new EmbeddedPostgresUnavailable(
      `Postgres (running unprivileged, because we are root) cannot enter ${closed} to its data in ` +
        `${directory}: allow it (chmod o+x ${closed}), install setpriv (util-linux), or move the data`,
    );
  }
  return { directory: await moveOut(dataDir, closed, log), account };
}

async function moveOut(dataDir: string, closed: string, log: StoreLog): Promise<string> {
  // A fresh name: a deleted and re-created data directory must begin empty.
  const name = randomUUID();
  for (const base of ['/var/lib/ekiden', '/tmp/ekiden-clusters']) {
    try {
      await mkdir(base, { recursive: true, mode: 0o711 });
      const found = await stat(base);
      if (found.uid !== process.getuid?.() || (found.mode & 0o022) !== 0) continue;
      const directory = join(base, name);
      await writeFile(join(dataDir, RECORD), `${directory}\n`, { flush: true });
      log({
        level: 'warn',
        event: 'postgres-cluster-moved',
        message: `${closed} is closed to the unprivileged Postgres: its data goes to ${directory}`,
      });
      return directory;
    } catch {
      continue;
    }
  }
  throw new EmbeddedPostgresUnavailable(
    `Postgres (running unprivileged, because we are root) cannot enter ${closed}, and no other ` +
      'place for its data can be made',
  );
}

async function readRecord(dataDir: string): Promise<string | undefined> {
  const file = join(dataDir, RECORD);
  const text = await readFile(file, 'utf8').catch(() => undefined);
  const directory = text?.trim();
  return directory === '' ? undefined : directory;
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}
