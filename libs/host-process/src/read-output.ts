import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { errorCode } from './world-error.js';

export interface ReadOutputOptions {
  /** Older parts are beside it, as `<path>.1` and so on. */
  readonly path: string;
  /** How many files there may be, this one included. */
  readonly files: number;
  readonly tail: number | undefined;
  readonly follow: boolean;
  readonly signal: AbortSignal;
  /** Nobody writes any more: what is there when it first says so is all. */
  readonly isOver: () => boolean;
}

const CHUNK = 64 * 1024;
const LOOK_EVERY_MS = 200;
const NEWLINE = 10;

/**
 * What a task wrote to one of its files, oldest part first. While it is followed the file may be
 * rotated (copied away and emptied): reading goes on in the copy and then at the beginning.
 */
export async function* readOutput(options: ReadOutputOptions): AsyncGenerator<Uint8Array> {
  const { path, files, tail, follow, signal, isOver } = options;
  const start = tail === undefined ? { part: files - 1, at: 0 } : await lastLines(options, tail);
  for (let part = start.part; part >= 1; part -= 1) {
    yield* rest(partOf(path, part), part === start.part ? start.at : 0, signal);
  }
  let at = start.part === 0 ? start.at : 0;
  for (;;) {
    // Asked before reading: what came until then is read below.
    const over = !follow || isOver();
    const size = await sizeOf(path);
    if (size < at) {
      yield* rest(partOf(path, 1), at, signal);
      at = 0;
    }
    for await (const bytes of rest(path, at, signal)) {
      at += bytes.length;
      yield bytes;
    }
    if (over || signal.aborted) return;
    await delay(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
  }
}

function partOf(path: string, part: number): string {
  return part === 0 ? path : `${path}.${part}`;
}

/** From a place to the end; nothing when there is no such file. */
async function* rest(path: string, from: number, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const file = await openPlain(path);
  if (file === undefined) return;
  try {
    for (let at = from; !signal.aborted;) {
      const buffer = Buffer.allocUnsafe(CHUNK);
      const { bytesRead } = await file.read(buffer, 0, CHUNK, at);
      if (bytesRead === 0) return;
      at += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

interface Place {
  readonly part: number;
  readonly at: number;
}

/** Where the last so many lines begin, going backwards through the parts. */
async function lastLines({ path, files }: ReadOutputOptions, lines: number): Promise<Place> {
  let wanted = lines;
  for (let part = 0; part < files; part += 1) {
    const file = await openPlain(partOf(path, part));
    // Without a first part the task has written nothing yet, or has deleted it.
    if (file === undefined) return { part: Math.max(0, part - 1), at: 0 };
    try {
      const { size } = await file.stat();
      if (wanted === 0) return { part, at: size };
      const found = await backwards(file, size, wanted, part === 0);
      if (found.at !== undefined) return { part, at: found.at };
      wanted -= found.lines;
    } finally {
      await file.close();
    }
  }
  return { part: files - 1, at: 0 };
}

/** The end of a line that the file ends with begins no further one. */
async function backwards(
  file: FileHandle,
  size: number,
  lines: number,
  isNewest: boolean,
): Promise<{ readonly at?: number; readonly lines: number }> {
  let left = lines;
  const buffer = Buffer.allocUnsafe(CHUNK);
  for (let end = size; end > 0;) {
    const begin = Math.max(0, end - CHUNK);
    const { bytesRead } = await file.read(buffer, 0, end - begin, begin);
    for (let i = bytesRead - 1; i >= 0; i -= 1) {
      if (buffer[i] !== NEWLINE || (isNewest && begin + i === size - 1)) continue;
      left -= 1;
      if (left === 0) return { at: begin + i + 1, lines };
    }
    end = begin;
  }
  return { lines: lines - left };
}

async function sizeOf(path: string): Promise<number> {
  const file = await openPlain(path);
  if (file === undefined) return 0;
  try {
    return (await file.stat()).size;
  } finally {
    await file.close();
  }
}

/**
 * A sandbox belongs to its task, which may put a link to anything in place of its output: only a
 * plain file with no other name is read.
 */
async function openPlain(path: string): Promise<FileHandle | undefined> {
  const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants;
  let file: FileHandle;
  try {
    file = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  } catch (error) {
    if (['ENOENT', 'ELOOP', 'EACCES', 'ENOTDIR'].includes(errorCode(error) ?? '')) return undefined;
    throw error;
  }
  const found = await file.stat();
  if (found.isFile() && found.nlink === 1) return file;
  await file.close();
  return undefined;
}
