import { lstat, opendir } from 'node:fs/promises';
import { join } from 'node:path';

/** A folder with more in it than this is measured up to here: a bound for our own memory and time. */
const ENTRIES_MAX = 1_000_000;
/** Of blocks as `stat` counts them, whatever those of the disk are. */
const BLOCK = 512;

/**
 * Bytes that a folder and all in it take on its disk, as `du` counts them: what is written of sparse
 * files, hard links once, symbolic links as themselves, nothing of other disks that are mounted
 * below. `undefined` when there is no such folder, or nobody may look at it. What vanishes meanwhile
 * counts nothing.
 */
export async function bytesOnDisk(
  folder: string,
  entriesMax = ENTRIES_MAX,
): Promise<number | undefined> {
  const root = await lstat(folder).catch(() => undefined);
  if (root?.isDirectory() !== true) return undefined;
  const linked = new Set<number>();
  const open = [folder];
  let bytes = root.blocks * BLOCK;
  let entries = 0;
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    const names = await opendir(path).catch(() => undefined);
    if (names === undefined && path === folder) return undefined;
    for await (const { name } of names ?? []) {
      entries += 1;
      if (entries > entriesMax) return bytes;
      const child = join(path, name);
      const found = await lstat(child).catch(() => undefined);
      if (found === undefined || found.dev !== root.dev) continue;
      if (!found.isDirectory() && found.nlink > 1) {
        if (linked.has(found.ino)) continue;
        linked.add(found.ino);
      }
      bytes += found.blocks * BLOCK;
      if (found.isDirectory()) open.push(child);
    }
  }
  return bytes;
}
