import { appendFile, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { millis, type Millis } from '@ekiden/kernel';

/** What one look saw of a file of output. */
export interface SeenOutput {
  /** When the last of it was written (wall clock). */
  readonly at: Millis;
  /** Bytes the task had written in all. */
  readonly total: number;
  /** Of those, how many had been taken away from the file before its present first byte. */
  readonly base: number;
}

/** Lines of a record; when there are more, every other one of them goes. */
const LINES_MAX = 4_000;
const LINE = /^(\d+) (\d+) (\d+)$/;

/**
 * Remembers when output was written: tasks write to plain files, which know that of their last byte
 * only. One small file per task and stream, outside of the sandbox, which belongs to the task.
 */
export class OutputTimes {
  private readonly folder: string;
  private readonly lines = new Map<string, number>();

  /** `folder`: of one task; made when there is something to remember. */
  constructor(folder: string) {
    this.folder = folder;
  }

  /** Oldest first; empty when nothing is remembered. */
  async read(stream: string): Promise<readonly SeenOutput[]> {
    const text = await readFile(join(this.folder, stream), 'utf8').catch(() => '');
    return text.split('\n').flatMap((line) => {
      const [, at, total, base] = LINE.exec(line) ?? [];
      if (at === undefined) return [];
      return [{ at: millis(Number(at)), total: Number(total), base: Number(base) }];
    });
  }

  async note(stream: string, { at, total, base }: SeenOutput): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    const line = `${Math.floor(at)} ${total} ${base}\n`;
    await appendFile(join(this.folder, stream), line, { mode: 0o600 });
    const count = (this.lines.get(stream) ?? (await this.read(stream)).length - 1) + 1;
    this.lines.set(stream, count > LINES_MAX ? await this.thin(stream) : count);
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }

  private async thin(stream: string): Promise<number> {
    const all = await this.read(stream);
    const kept = all.filter((_seen, index) => index % 2 === 0 || index === all.length - 1);
    const path = join(this.folder, stream);
    const text = kept.map(({ at, total, base }) => `${at} ${total} ${base}\n`).join('');
    await writeFile(`${path}.new`, text, { mode: 0o600 });
    await rename(`${path}.new`, path);
    return kept.length;
  }
}

/** How many bytes were there already at a moment: what came later begins at the latest here. */
export function writtenBefore(seen: readonly SeenOutput[], since: Millis): number {
  let written = 0;
  for (const { at, total } of seen) {
    if (at >= since) break;
    written = total;
  }
  return written;
}

/** Tells for places that only go on when what stands there was written; `last` = after all seen. */
export function timesOf(seen: readonly SeenOutput[], last: Millis): (place: number) => Millis {
  let at = 0;
  return (place) => {
    while (at < seen.length && (seen[at]?.total ?? 0) <= place) at += 1;
    return seen[at]?.at ?? last;
  };
}
