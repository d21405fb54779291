import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

import { closedAncestor, giveTo, type Account } from './account.js';
import { EmbeddedPostgresUnavailable } from './unavailable.js';

export const SOCKET_PORT = 5432;

const PREFIX = 'ekiden-pg-';
/** sun_path holds 104 bytes on macOS and 108 on Linux, with the closing zero. */
const SOCKET_PATH_MAX = 103;
const RECORD = 'socket-directory';

/**
 * A fresh private directory for the server's socket. Its path must be short, so it cannot lie in
 * the data directory; it is recorded there, and the next start removes what a killed run left.
 */
export async function makeSocketDirectory(dataDir: string, account: Account): Promise<string> {
  await removeLeftover(dataDir);
  for (const base of [tmpdir(), '/tmp', '/var/tmp']) {
    const longest = join(base, `${PREFIX}XXXXXX`, `.s.PGSQL.${SOCKET_PORT}`);
    if (Buffer.byteLength(longest) > SOCKET_PATH_MAX) continue;
    const plain: Account = account.kind === 'self' ? account : { ...account, kind: 'unprivileged' };
    try {
      if ((await closedAncestor(plain, join(base, PREFIX))) !== undefined) continue;
      const directory = await mkdtemp(join(base, PREFIX));
      await chmod(directory, 0o700);
      await giveTo(account, directory);
      await writeFile(join(dataDir, RECORD), `${directory}\n`);
      return directory;
    } catch {
      continue;
    }
  }
  throw new EmbeddedPostgresUnavailable(
    'no directory with a short path can be made for the Postgres socket (tried TMPDIR, /tmp, /var/tmp)',
  );
}

export async function removeSocketDirectory(dataDir: string, directory: string): Promise<void> {
  await rm(directory, { recursive: true, force: true });
  await rm(join(dataDir, RECORD), { force: true });
}

async function removeLeftover(dataDir: string): Promise<void> {
  const text = await readFile(join(dataDir, RECORD), 'utf8').catch(() => '');
  const directory = text.trim();
  // The record is a plain file: never let a damaged one name something that is not ours.
  if (!basename(directory).startsWith(PREFIX)) return;
  if ((await stat(directory).catch(() => undefined))?.isDirectory() !== true) return;
  await rm(directory, { recursive: true, force: true });
}
