import { constants, fstatSync, ftruncateSync, readSync, writeSync } from 'node:fs';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { errorCode } from './world-error.js';

/** How much output of a task is kept, for each of its two streams. */
export interface OutputLimits {
  /** Of one file. */
  readonly maxBytes: number;
  /** `stdout`, `stdout.1` and so on; with 1 nothing older is kept. */
  readonly files: number;
}

/** What is no longer there, in bytes. */
export interface Rotated {
  /** From the beginning of a file that had become larger than `maxBytes`. */
  readonly cut: number;
  /** Came between the last look and the emptying. */
  readonly lost: number;
}

const CHUNK = 256 * 1024;
/** What may still be copied while nothing else happens in this process. */
const LAST_BYTES_MAX = 1024 * 1024;
const { O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDWR, O_WRONLY } = constants;

/**
 * Copies a file that has become too large to `<path>.1`, older parts one further, and empties it
 * in place: its writer holds it open for appending and notices nothing. Of a file that is larger
 * than `maxBytes` the end is kept. `undefined` = it is not.
 *
 * The folder may belong to somebody who replaces the file by a link, hoping that we write through
 * it: only a plain file with no other name is touched. Throws when it is anything else.
 */
export async function rotateFile(
  path: string,
  { maxBytes, files }: OutputLimits,
): Promise<Rotated | undefined> {
  const file = await open(path, O_RDWR | O_NOFOLLOW | O_NONBLOCK);
  try {
    const { size, nlink, uid, gid, ...found } = await file.stat();
    if (nlink !== 1 || !isPlain(found.mode)) throw new Error(`${path} is no plain file any more`);
    if (size <= maxBytes) return undefined;
    if (files < 2) {
      ftruncateSync(file.fd, 0);
      return { cut: size, lost: 0 };
    }
    const cut = size - maxBytes;
    const draft = `${path}.rotating`;
    // The oldest goes first, so that all together never take more room than allowed.
    await rm(`${path}.${files - 1}`, { force: true });
    await rm(draft, { force: true });
    const copy = await open(draft, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o644);
    try {
      if (uid !== process.getuid?.()) await copy.chown(uid, gid);
      const position = await copyPart(file, copy, { from: cut, to: size });
      await shift(path, files);
      await rename(draft, `${path}.1`);
      return { cut, lost: emptied(file, copy, position) };
    } finally {
      await copy.close();
    }
  } finally {
    await file.close();
  }
}

async function copyPart(
  file: FileHandle,
  copy: FileHandle,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<number> {
  const buffer = Buffer.alloc(CHUNK);
  let position = from;
  while (position < to) {
    const { bytesRead } = await file.read(buffer, 0, Math.min(CHUNK, to - position), position);
    if (bytesRead === 0) break;
    await copy.writeFile(buffer.subarray(0, bytesRead));
    position += bytesRead;
  }
  return position;
}

async function shift(path: string, files: number): Promise<void> {
  for (let number = files - 2; number >= 1; number -= 1) {
    await rename(`${path}.${number}`, `${path}.${number + 1}`).catch((error: unknown) => {
      if (errorCode(error) !== 'ENOENT') throw error;
    });
  }
}

/** Without a pause from the last byte read to the emptying: microseconds, in which little comes. */
function emptied(file: FileHandle, copy: FileHandle, from: number): number {
  const buffer = Buffer.alloc(CHUNK);
  let position = from;
  while (position - from < LAST_BYTES_MAX) {
    const count = readSync(file.fd, buffer, 0, CHUNK, position);
    if (count === 0) break;
    writeSync(copy.fd, buffer, 0, count);
    position += count;
  }
  const lost = fstatSync(file.fd).size - position;
  ftruncateSync(file.fd, 0);
  return Math.max(0, lost);
}

function isPlain(mode: number): boolean {
  return (mode & constants.S_IFMT) === constants.S_IFREG;
}
