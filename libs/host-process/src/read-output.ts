import type { FileHandle } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { millis, type Millis } from '@ekiden/kernel';
import { openPlain } from './open-plain.js';
import { timesOf, writtenBefore, type SeenOutput } from './output-times.js';
import { stampLines, type Piece } from './stamp-lines.js';

export interface ReadOutputOptions {
  /** Older parts are beside it, as `<path>.1` and so on. */
  readonly path: string;
  /** How many files there may be, this one included. */
  readonly files: number;
  readonly tail: number | undefined;
  /** Begin with what was written from this moment on, or a little earlier. */
  readonly since?: Millis | undefined;
  /** Begin each line with when it was written. */
  readonly stamped?: boolean | undefined;
  /** What is remembered of when it was written, oldest first; for `since` and `stamped`. */
  readonly seen?: readonly SeenOutput[];
  readonly now?: () => Millis;
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
  const live = { isLive: false };
  const pieces = piecesOf(options, live);
  if (options.stamped !== true) {
    for await (const { bytes } of pieces) yield bytes;
    return;
  }
  const { seen = [], path, now } = options;
  const lastWritten = await writtenAt(path);
  const timeOf = timesOf(seen, lastWritten ?? millis(0));
  const present = (): Millis => now?.() ?? lastWritten ?? millis(0);
  yield* stampLines(pieces, (place) => (live.isLive ? present() : timeOf(place)));
}

/** `live` turns true when everything comes that was there at the beginning. */
async function* piecesOf(
  options: ReadOutputOptions,
  live: { isLive: boolean },
): AsyncGenerator<Piece> {
  const { path, follow, signal, isOver } = options;
  const begins = await partsOf(options);
  const start = await startOf(options, begins);
  for (let part = start.part; part >= 1; part -= 1) {
    const from = part === start.part ? start.at : 0;
    yield* placed(rest(partOf(path, part), from, signal), (begins[part] ?? 0) + from);
  }
  let at = start.part === 0 ? start.at : 0;
  let base = begins[0] ?? 0;
  for (;;) {
    // Asked before reading: what came until then is read below.
    const over = !follow || isOver();
    const size = await sizeOf(path);
    if (size < at) {
      yield* placed(rest(partOf(path, 1), at, signal), base + at);
      base += at;
      at = 0;
    }
    for await (const bytes of rest(path, at, signal)) {
      const place = base + at;
      at += bytes.length;
      yield { bytes, place };
    }
    if (over || signal.aborted) return;
    live.isLive = true;
    await delay(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
  }
}

async function* placed(parts: AsyncIterable<Buffer>, from: number): AsyncGenerator<Piece> {
  let place = from;
  for await (const bytes of parts) {
    yield { bytes, place };
    place += bytes.length;
  }
}

/** Where each part begins in all that was written, as far as that is remembered; newest first. */
async function partsOf({ path, files, seen = [] }: ReadOutputOptions): Promise<number[]> {
  const begins = [seen.at(-1)?.base ?? 0];
  for (let part = 1; part < files; part += 1) {
    begins.push((begins[part - 1] ?? 0) - (await sizeOf(partOf(path, part))));
  }
  return begins;
}

/** The later of what `tail` and what `since` ask for. */
async function startOf(options: ReadOutputOptions, begins: readonly number[]): Promise<Place> {
  const { files, tail, since } = options;
  const byTail = tail === undefined ? { part: files - 1, at: 0 } : await lastLines(options, tail);
  if (since === undefined) return byTail;
  const byTime = await firstSince(options, begins, since);
  const isLater =
    byTime.part < byTail.part || (byTime.part === byTail.part && byTime.at > byTail.at);
  return isLater ? byTime : byTail;
}

async function firstSince(
  { path, seen = [] }: ReadOutputOptions,
  begins: readonly number[],
  since: Millis,
): Promise<Place> {
  const size = await sizeOf(path);
  const last = await writtenAt(path);
  if (last === undefined || last < since) return { part: 0, at: size };
  const place = writtenBefore(seen, since);
  if (place === 0) return { part: begins.length - 1, at: 0 };
  const found = begins.findIndex((begin) => begin <= place);
  const part = found < 0 ? begins.length - 1 : found;
  const at = Math.max(0, place - (begins[part] ?? 0));
  return { part, at: await lineStart(partOf(path, part), at) };
}

/** The line that goes on at a place is shown from its beginning, if that is not far back. */
async function lineStart(path: string, at: number): Promise<number> {
  const file = await openPlain(path);
  if (file === undefined) return at;
  try {
    const from = Math.max(0, at - CHUNK);
    const buffer = Buffer.alloc(at - from);
    const { bytesRead } = await file.read(buffer, 0, buffer.length, from);
    const newline = buffer.subarray(0, bytesRead).lastIndexOf(NEWLINE);
    return newline < 0 && from > 0 ? at : from + newline + 1;
  } finally {
    await file.close();
  }
}

async function writtenAt(path: string): Promise<Millis | undefined> {
  const file = await openPlain(path);
  if (file === undefined) return undefined;
  try {
    return millis(Math.floor((await file.stat()).mtimeMs));
  } finally {
    await file.close();
  }
}

function partOf(path: string, part: number): string {
  return part === 0 ? path : `${path}.${part}`;
}

/** From a place to the end; nothing when there is no such file. */
async function* rest(path: string, from: number, signal: AbortSignal): AsyncGenerator<Buffer> {
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
