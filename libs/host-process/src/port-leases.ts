import { chmod, link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { HostLog } from './host-log.js';
import { bootId, isAlive, type ProcessIdentity } from './proc.js';
import { errorCode, messageOf } from './world-error.js';

/** Who a lease belongs to. */
export interface LeaseOwner {
  readonly dataDir: string;
  readonly taskId: string;
}

interface Lease extends LeaseOwner {
  readonly bootId: string;
  /** The lease holds while one of them lives. */
  readonly holders: readonly ProcessIdentity[];
}

type Attempt = 'got' | 'taken' | 'again';

const ATTEMPTS_MAX = 20;

/**
 * Keeps services on one machine from giving out the same port: one file per port in a folder all
 * of them share. A lease appears whole (written aside, then linked), and is stale when its holders
 * are gone. A stale lease that the folder's sticky bit protects from us is passed over: the probe
 * by binding, which follows every lease, still tells whether the port is free.
 */
export class PortLeases {
  private readonly folder: string;
  private readonly log: HostLog;
  private drafts = 0;

  private constructor(folder: string, log: HostLog) {
    this.folder = folder;
    this.log = log;
  }

  static async open(folder: string, log: HostLog): Promise<PortLeases> {
    const made = await mkdir(folder, { recursive: true });
    // The mode given to mkdir is cut by the umask; all users of the machine share this folder.
    if (made !== undefined) await chmod(folder, 0o1777);
    return new PortLeases(folder, log);
  }

  /** All ports or none; the answer names those that somebody else holds. */
  async acquire(
    ports: readonly number[],
    owner: LeaseOwner,
    holders: readonly ProcessIdentity[],
  ): Promise<readonly number[]> {
    const taken: number[] = [];
    const got: number[] = [];
    for (const port of ports) {
      const free = await this.acquireOne(port, { ...owner, bootId: bootId(), holders });
      (free ? got : taken).push(port);
    }
    if (taken.length > 0) await this.release(got, owner);
    return taken;
  }

  /** Hands leases of this owner on to other processes. */
  async rebind(
    ports: readonly number[],
    owner: LeaseOwner,
    holders: readonly ProcessIdentity[],
  ): Promise<void> {
    for (const port of ports) {
      const present = await this.read(port);
      if (present === undefined || !isSame(present, owner)) continue;
      await this.replace(port, { ...owner, bootId: bootId(), holders });
    }
  }

  /** Gives back what belongs to this owner; the rest is left alone. */
  async release(ports: readonly number[], owner: LeaseOwner): Promise<void> {
    for (const port of ports) {
      const present = await this.read(port);
      if (present !== undefined && isSame(present, owner)) await rm(this.path(port), FORCE);
    }
  }

  private async acquireOne(port: number, lease: Lease): Promise<boolean> {
    for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
      const outcome = await this.attempt(port, lease);
      if (outcome !== 'again') return outcome === 'got';
      await delay(5);
    }
    return false;
  }

  private async attempt(port: number, lease: Lease): Promise<Attempt> {
    if (await this.create(this.path(port), lease)) return 'got';
    const present = await this.read(port);
    if (present === undefined) return 'again';
    if (isSame(present, lease)) {
      await this.replace(port, lease);
      return 'got';
    }
    return isHeld(present) ? 'taken' : this.takeOver(port, lease);
  }

  /** One at a time replaces a stale lease, else two could take the place of the same one. */
  private async takeOver(port: number, lease: Lease): Promise<Attempt> {
    const guard = `${this.path(port)}.takeover`;
    if (!(await this.create(guard, lease))) {
      const other = parseLease(await readText(guard));
      if (other !== undefined && !isHeld(other)) await rm(guard, FORCE).catch(() => undefined);
      return 'again';
    }
    try {
      const present = await this.read(port);
      if (present !== undefined && isHeld(present)) return 'taken';
      await this.replace(port, lease);
      return 'got';
    } catch (error) {
      if (errorCode(error) !== 'EPERM' && errorCode(error) !== 'EACCES') throw error;
      this.log.warn({ port, reason: messageOf(error) }, 'passed over a stale port lease');
      return 'got';
    } finally {
      await rm(guard, FORCE);
    }
  }

  private async create(path: string, lease: Lease): Promise<boolean> {
    const draft = await this.draft(lease);
    try {
      await link(draft, path);
      return true;
    } catch (error) {
      if (errorCode(error) === 'EEXIST') return false;
      throw error;
    } finally {
      await rm(draft, FORCE);
    }
  }

  private async replace(port: number, lease: Lease): Promise<void> {
    const draft = await this.draft(lease);
    try {
      await rename(draft, this.path(port));
    } finally {
      await rm(draft, FORCE);
    }
  }

  private async draft(lease: Lease): Promise<string> {
    this.drafts += 1;
    const salt = `${process.pid}-${process.hrtime.bigint()}-${this.drafts}`;
    const path = join(this.folder, `.draft-${salt}`);
    await writeFile(path, JSON.stringify(lease), { flag: 'wx', mode: 0o644 });
    return path;
  }

  private async read(port: number): Promise<Lease | undefined> {
    return parseLease(await readText(this.path(port)));
  }

  private path(port: number): string {
    return join(this.folder, String(port));
  }
}

const FORCE = { force: true } as const;

function isSame(a: LeaseOwner, b: LeaseOwner): boolean {
  return a.dataDir === b.dataDir && a.taskId === b.taskId;
}

function isHeld(lease: Lease): boolean {
  return lease.bootId === bootId() && lease.holders.some(isAlive);
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** `undefined` when there is no file; one that says nothing belongs to nobody and is stale. */
function parseLease(text: string | undefined): Lease | undefined {
  if (text === undefined) return undefined;
  const nobody: Lease = { dataDir: '', taskId: '', bootId: '', holders: [] };
  try {
    const value: unknown = JSON.parse(text);
    return isLease(value) ? value : nobody;
  } catch {
    return nobody;
  }
}

function isLease(value: unknown): value is Lease {
  if (typeof value !== 'object' || value === null) return false;
  const { dataDir, taskId, bootId: boot, holders } = value as Partial<Record<keyof Lease, unknown>>;
  return (
    typeof dataDir === 'string' &&
    typeof taskId === 'string' &&
    typeof boot === 'string' &&
    Array.isArray(holders) &&
    holders.every(isIdentity)
  );
}

function isIdentity(value: unknown): value is ProcessIdentity {
  if (typeof value !== 'object' || value === null) return false;
  const { pid, startTime } = value as Partial<Record<keyof ProcessIdentity, unknown>>;
  return typeof pid === 'number' && typeof startTime === 'string';
}
