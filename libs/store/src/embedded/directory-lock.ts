import { randomUUID } from 'node:crypto';
import { readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

import { pause } from '../retry/index.js';
import { ownIdentity, stillRuns, type ProcessIdentity } from './process-identity.js';

/** Another live process works on the directory. */
export class DirectoryInUse extends Error {
  override readonly name = 'DirectoryInUse';
}

export interface DirectoryLock {
  /** Gives the directory free. Safe to call twice. */
  release(): Promise<void>;
}

const PREFIX = 'lock-';
const HEARTBEAT_MS = 5_000;
const WAIT_MS = 1_000;
/** A claim from another container, whose process we cannot see, counts as dead after this. */
const FOREIGN_DEAD_AFTER_MS = 16_000;

/**
 * Takes a directory for this process alone. The lock dies with its process, also by `kill -9`.
 *
 * Every contender writes a claim of its own (one file, never shared, so nothing is replaced and no
 * race can remove a live lock), then reads the others: of two live contenders the later one always
 * sees the earlier. Who sees another live claim withdraws and tries again until `waitMs` is over.
 */
export async function lockDirectory(
  directory: string,
  options: { readonly waitMs?: number } = {},
): Promise<DirectoryLock> {
  const self = await ownIdentity();
  const begun = performance.now();
  for (;;) {
    const file = await writeClaim(directory, self);
    const holder = await otherLiveClaim(directory, file, self);
    if (holder === undefined) return holdClaim(file, self);
    await rm(file, { force: true });
    // A claim that we can judge by its heartbeat only gets the time to prove itself dead.
    const patience = isVisible(holder, self) ? WAIT_MS : FOREIGN_DEAD_AFTER_MS + WAIT_MS;
    if (performance.now() - begun >= (options.waitMs ?? patience)) throw inUse(directory, holder);
    // Uneven waits, so that two contenders which saw each other do not meet again and again.
    await pause(50 + Math.random() * 100);
  }
}

function inUse(directory: string, holder: ProcessIdentity): DirectoryInUse {
  return new DirectoryInUse(
    `the data directory ${directory} is in use by process ${holder.pid}; stop that process, ` +
      'choose another data directory, or set DATABASE_URL to share one database between services',
  );
}

async function writeClaim(directory: string, self: ProcessIdentity): Promise<string> {
  const file = join(directory, `${PREFIX}${self.pid}-${randomUUID()}`);
  await putClaim(file, self);
  return file;
}

/** Readers see a whole claim or none; writing it again is the heartbeat. */
async function putClaim(file: string, self: ProcessIdentity): Promise<void> {
  const draft = join(dirname(file), `.${basename(file)}`);
  await writeFile(draft, JSON.stringify(self));
  await rename(draft, file);
}

function holdClaim(file: string, self: ProcessIdentity): DirectoryLock {
  let beat = Promise.resolve();
  const heartbeat = setInterval(() => {
    beat = putClaim(file, self).catch(() => undefined);
  }, HEARTBEAT_MS);
  heartbeat.unref();
  return {
    release: async () => {
      clearInterval(heartbeat);
      await beat;
      await rm(file, { force: true });
    },
  };
}

async function otherLiveClaim(
  directory: string,
  ownFile: string,
  self: ProcessIdentity,
): Promise<ProcessIdentity | undefined> {
  for (const name of await readdir(directory)) {
    const file = join(directory, name);
    if (!name.startsWith(PREFIX) || file === ownFile) continue;
    const claim = await readClaim(file);
    if (claim === undefined) continue;
    if (await isAlive(claim, { file, ownFile, self })) return claim;
    await rm(file, { force: true });
  }
  return undefined;
}

async function isAlive(
  claim: ProcessIdentity,
  seen: { readonly file: string; readonly ownFile: string; readonly self: ProcessIdentity },
): Promise<boolean> {
  const { self } = seen;
  if (isVisible(claim, self)) return stillRuns(claim);
  // Our own claim has just been written, so its time is now, by the file system's clock.
  const [beat, now] = await Promise.all(
    [seen.file, seen.ownFile].map((file) => stat(file).catch(() => undefined)),
  );
  if (beat === undefined || now === undefined) return false;
  return now.mtimeMs - beat.mtimeMs < FOREIGN_DEAD_AFTER_MS;
}

/** Whether the claim's process would be seen here if it ran: same boot, same pid namespace. */
function isVisible(claim: ProcessIdentity, self: ProcessIdentity): boolean {
  return claim.bootId === self.bootId && claim.namespace === self.namespace;
}

/** Undefined when the claim has just been withdrawn, or is damaged (a power cut: its owner is gone). */
async function readClaim(file: string): Promise<ProcessIdentity | undefined> {
  try {
    const value: unknown = JSON.parse(await readFile(file, 'utf8'));
    return isIdentity(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isIdentity(value: unknown): value is ProcessIdentity {
  return (
    typeof value === 'object' &&
    value !== null &&
    'pid' in value &&
    typeof value.pid === 'number' &&
    'startTime' in value &&
    typeof value.startTime === 'string' &&
    'bootId' in value &&
    'namespace' in value
  );
}
