import { mkdir, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock, Millis, TaskId } from '@ekiden/kernel';
import type { Engine } from './engine.js';
import { splitOutputs, type TaskOutput } from './log-frames.js';

/** Of each task, and of each of its two outputs the newest so many bytes. */
const LINES_KEPT = 1_000;
const BYTES_KEPT = 1_048_576;

export interface LogRetention {
  readonly keepFor: Millis;
  readonly maxCount: number;
}

/** Keeps the last output of containers that are removed: it is gone from the engine with them. */
export class SavedLogs {
  private readonly folder: string;
  private readonly clock: Clock;

  constructor(folder: string, clock: Clock) {
    this.folder = folder;
    this.clock = clock;
  }

  async ofEngine(engine: Engine, containerId: string): Promise<TaskOutput> {
    const framed = await engine.logs(containerId, LINES_KEPT);
    if (!framed.ok) return NOTHING;
    const { stdout, stderr } = splitOutputs(framed.value);
    return { stdout: newest(stdout), stderr: newest(stderr) };
  }

  /** A log that cannot be had or written holds nothing up. */
  async save(engine: Engine, taskId: TaskId, containerId: string): Promise<void> {
    const output = await this.ofEngine(engine, containerId);
    if (output.stdout.length + output.stderr.length === 0) return;
    const folder = this.folderOf(taskId);
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await writeFile(join(folder, 'stdout'), output.stdout);
      await writeFile(join(folder, 'stderr'), output.stderr);
      const at = new Date(this.clock.now());
      await utimes(folder, at, at);
    } catch {
      await rm(folder, { recursive: true, force: true }).catch(() => undefined);
    }
  }

  async read(taskId: TaskId): Promise<TaskOutput> {
    const read = (name: string): Promise<Buffer> =>
      readFile(join(this.folderOf(taskId), name)).catch(() => Buffer.alloc(0));
    const [stdout, stderr] = await Promise.all([read('stdout'), read('stderr')]);
    return { stdout, stderr };
  }

  /** Deletes what is older than `keepFor`, and the oldest beyond `maxCount`. */
  async sweep({ keepFor, maxCount }: LogRetention): Promise<void> {
    const names = await readdir(this.folder).catch(() => []);
    const aged = await Promise.all(
      names.map(async (name) => {
        const path = join(this.folder, name);
        const at = await stat(path).then(
          ({ mtimeMs }) => mtimeMs,
          () => 0,
        );
        return { path, at };
      }),
    );
    aged.sort((a, b) => b.at - a.at);
    const oldest = this.clock.now() - keepFor;
    for (const [rank, { path, at }] of aged.entries()) {
      if (rank >= maxCount || at < oldest) await rm(path, { recursive: true, force: true });
    }
  }

  private folderOf(taskId: TaskId): string {
    return join(this.folder, taskId.replace(/[^\w.-]/g, '_'));
  }
}

const NOTHING: TaskOutput = { stdout: Buffer.alloc(0), stderr: Buffer.alloc(0) };

function newest(output: Buffer): Buffer {
  return output.subarray(Math.max(0, output.length - BYTES_KEPT));
}
