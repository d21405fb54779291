import { readFileSync } from 'node:fs';
import { lstat, mkdir, readFile, rename, writeFile } from 'node:fs/promises';

/** A process that cannot be mistaken for a later one with the same number. */
export interface ProcessRecord {
  readonly pid: number;
  /** Clock ticks since boot (proc(5)); '' where the system does not tell. */
  readonly startTime: string;
}

/**
 * Makes a folder that only this user can enter. Rejects when it is somebody else's: temporary
 * folders are open to all, and who owns the sockets in it decides where traffic goes.
 */
export async function ownFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const found = await lstat(folder);
  if (!found.isDirectory()) throw new Error(`${folder} is no folder`);
  const own = process.getuid?.() ?? found.uid;
  if (found.uid !== own || (found.mode & 0o022) !== 0) {
    throw new Error(`${folder} can be written by others`);
  }
}

/** `undefined` when there is none, or half of one. */
export async function readJson<T>(file: string): Promise<T | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as T;
  } catch (error) {
    if (error instanceof SyntaxError || isMissing(error)) return undefined;
    throw error;
  }
}

/** All of it or nothing. */
export async function writeWhole(file: string, text: string): Promise<void> {
  await writeFile(`${file}.tmp`, text, { mode: 0o600 });
  await rename(`${file}.tmp`, file);
}

export function recordOf(pid: number): ProcessRecord {
  return { pid, startTime: startTimeOf(pid) };
}

/** Whether that very process is there; false where the system does not tell. */
export function isAlive({ pid, startTime }: ProcessRecord): boolean {
  return startTime !== '' && startTimeOf(pid) === startTime;
}

function isMissing(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR';
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
