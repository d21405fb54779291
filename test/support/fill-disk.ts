import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const MIB = 2 ** 20;
/** Large ones first, then what is left. */
const PARTS = [MIB / 8, 4_096];

/** Takes all that is left of a small disk; the file to remove when there shall be room again. */
export function fillDisk(folder: string, sizeMiB: number): string {
  const file = join(folder, 'filler');
  for (const part of PARTS) {
    try {
      for (let at = 0; at < (sizeMiB * MIB) / part; at += 1) {
        writeFileSync(file, Buffer.alloc(part), { flag: 'a' });
      }
    } catch {
      // As full as it gets.
    }
  }
  return file;
}
