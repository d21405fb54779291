import { statfs } from 'node:fs/promises';

/** Bytes that have to go until so much of the disk is free; 0 where it is, or nobody can say. */
export async function bytesShort(folder: string, reservePercent: number): Promise<number> {
  const disk = await statfs(folder).catch(() => undefined);
  if (disk === undefined) return 0;
  const { bavail, bsize, blocks } = disk;
  return Math.max(0, Math.ceil((blocks * reservePercent) / 100 - bavail) * bsize);
}

/** Whether not even a line can be written; `false` where nobody can say. */
export async function isFull(folder: string): Promise<boolean> {
  const disk = await statfs(folder).catch(() => undefined);
  return disk !== undefined && disk.blocks > 0 && disk.bavail === 0;
}
