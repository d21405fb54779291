import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { lstat, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The address of a unix socket holds 108 bytes on Linux, 104 elsewhere, with a final zero. */
const SOCKET_PATH_MAX = 100;

/** Where the router of a data directory keeps its things. */
export interface RouterPlace {
  readonly folder: string;
  readonly socket: string;
  readonly record: string;
  readonly log: string;
}

/** A process that cannot be mistaken for a later one with the same number. */
export interface RouterRecord {
  readonly pid: number;
  /** Clock ticks since boot (proc(5)); '' where the system does not tell. */
  readonly startTime: string;
}

/** `dataDir` is absolute. */
export function routerPlace(dataDir: string): RouterPlace {
  const folder = join(dataDir, 'router');
  const near = join(folder, 'control.sock');
  return {
    folder,
    socket: Buffer.byteLength(near) <= SOCKET_PATH_MAX ? near : farSocket(folder),
    record: join(folder, 'router.json'),
    log: join(folder, 'router.log'),
  };
}

/** In a place with a short name, for data directories with a long one. */
function farSocket(folder: string): string {
  const hash = createHash('sha256').update(folder).digest('hex').slice(0, 16);
  return join(tmpdir(), `ekiden-router-${hash}`, 'control.sock');
}

/**
 * Makes a folder that only this user can enter. Rejects when it is somebody else's: temporary
 * folders are open to all, and who owns the socket decides where traffic goes.
 */
export async function ownFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const { uid, mode } = await lstat(folder).then((found) => {
    if (!found.isDirectory()) throw new Error(`${folder} is no folder`);
    return found;
  });
  const own = process.getuid?.() ?? uid;
  if (uid !== own || (mode & 0o022) !== 0) {
    throw new Error(`${folder} can be written by others`);
  }
}

export async function readRecord(file: string): Promise<RouterRecord | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as RouterRecord;
  } catch (error) {
    if (error instanceof SyntaxError || isMissing(error)) return undefined;
    throw error;
  }
}

export async function writeRecord(file: string, record: RouterRecord): Promise<void> {
  await writeFile(`${file}.new`, `${JSON.stringify(record)}\n`, { mode: 0o600 });
  await rename(`${file}.new`, file);
}

function isMissing(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR';
}

export function recordOf(pid: number): RouterRecord {
  return { pid, startTime: startTimeOf(pid) };
}

/** Whether that very process is there; false where the system does not tell. */
export function isAlive({ pid, startTime }: RouterRecord): boolean {
  return startTime !== '' && startTimeOf(pid) === startTime;
}

/** '' when there is no such process, or it is dead and only not waited for. */
function startTimeOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name in parentheses may itself hold blanks and parentheses.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? '' : (fields[19] ?? '');
  } catch {
    return '';
  }
}
