import { pipeline } from 'node:stream/promises';
import type { Readable } from 'node:stream';
import { millis } from '@ekiden/kernel';
import { FILES_LISTED_MAX, type TaskFile } from '@ekiden/host';
import { Parser, type ReadEntry } from 'tar';

/** Bytes of an archive that are looked through for the names in it. */
const LOOKED_THROUGH_MAX = 64 * 1024 * 1024;

/**
 * What is directly in a folder of an archive. `root`: the archive's own name of the sandbox; `below`:
 * names from there. Archives tell a folder with everything below it, so long ones are left in the
 * middle. `undefined`: there is no such folder in it.
 */
export async function listArchive(
  archive: Readable,
  root: string,
  below: readonly string[],
): Promise<{ readonly files: readonly TaskFile[]; readonly isPartial: boolean } | undefined> {
  const prefix = [root, ...below];
  const files: TaskFile[] = [];
  const found = { folder: false };
  const isPartial = await eachEntry(archive, LOOKED_THROUGH_MAX, (entry) => {
    const names = namesOf(entry.path);
    if (!prefix.every((name, depth) => names[depth] === name)) return true;
    found.folder = true;
    if (names.length === prefix.length + 1) files.push(describeEntry(entry, names.slice(1)));
    return files.length < FILES_LISTED_MAX;
  });
  if (!found.folder) return undefined;
  files.sort((a, b) => (a.path < b.path ? -1 : 1));
  return { files, isPartial };
}

/**
 * The content of one plain file of an archive, when it begins; `undefined` when there is none. The
 * stream is to be read or destroyed.
 */
export function fileInArchive(
  archive: Readable,
  path: readonly string[],
): Promise<{ readonly file: TaskFile; readonly content: AsyncIterable<Buffer> } | undefined> {
  const wanted = path.join('/');
  return new Promise((resolve) => {
    const found = eachEntry(archive, Number.MAX_SAFE_INTEGER, (entry) => {
      const names = namesOf(entry.path);
      if (names.join('/') !== wanted) return true;
      const file = describeEntry(entry, names.slice(1));
      if (file.kind !== 'file') return false;
      resolve({ file, content: entry as unknown as AsyncIterable<Buffer> });
      return 'taken';
    });
    found.then(
      () => resolve(undefined),
      () => resolve(undefined),
    );
  });
}

/** Whether it was left before its end: by a false answer, by its length, or because it is broken. */
async function eachEntry(
  archive: Readable,
  bytesMax: number,
  take: (entry: ReadEntry) => boolean | 'taken',
): Promise<boolean> {
  let isOver = false;
  let bytes = 0;
  const parser = new Parser({
    strict: false,
    onReadEntry: (entry) => {
      const answer = isOver ? false : take(entry);
      if (answer !== 'taken') entry.resume();
      if (answer === false && !isOver) {
        isOver = true;
        archive.destroy();
      }
    },
  });
  archive.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes <= bytesMax) return;
    isOver = true;
    archive.destroy();
  });
  try {
    await pipeline(archive, parser as unknown as NodeJS.WritableStream);
  } catch {
    isOver = true;
  }
  return isOver;
}

function namesOf(path: string): readonly string[] {
  return path.split('/').filter((name) => name !== '' && name !== '.');
}

function describeEntry(entry: ReadEntry, names: readonly string[]): TaskFile {
  const kind = kindOf(entry.type);
  const { linkpath } = entry;
  return {
    path: names.join('/'),
    kind,
    size: entry.size,
    modifiedAt: millis(entry.mtime?.getTime() ?? 0),
    mode: (entry.mode ?? 0) & 0o7777,
    uid: entry.uid ?? 0,
    gid: entry.gid ?? 0,
    ...(kind === 'link' && linkpath !== undefined ? { target: linkpath } : {}),
  };
}

function kindOf(type: string): TaskFile['kind'] {
  switch (type) {
    case 'File':
    case 'OldFile':
    case 'ContiguousFile':
      return 'file';
    case 'Directory':
    case 'GNUDumpDir':
      return 'folder';
    case 'SymbolicLink':
    case 'Link':
      return 'link';
    default:
      return 'other';
  }
}
