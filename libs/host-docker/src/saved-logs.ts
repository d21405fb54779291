import { mkdir, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock, Millis, TaskId } from '@ekiden/kernel';
import { chooseDoomed, type Retention } from '@ekiden/host';
import type { Engine } from './engine.js';
import { framedAgain, splitFrames, type TaskOutput } from './log-frames.js';
import { stampedMessages, timeOfMessage, unstamp } from './stamped-output.js';

/** Of each task, and of each of its two outputs the newest so many bytes. */
const LINES_KEPT = 1_000;
const BYTES_KEPT = 1_048_576;

/** Keeps the last output of containers that are removed: it is gone from the engine with them. */
export class SavedLogs {
  private readonly folder: string;
  private readonly clock: Clock;

  constructor(folder: string, clock: Clock) {
    this.folder = folder;
    this.clock = clock;
  }

  /** A log that cannot be had or written holds nothing up. */
  async save(engine: Engine, taskId: TaskId, containerId: string): Promise<void> {
    const framed = await engine.logs(containerId, LINES_KEPT);
    if (!framed.ok || framed.value.length === 0) return;
    const folder = this.folderOf(taskId);
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      for (const [stream, messages] of Object.entries(streamsOf(framed.value))) {
        await writeFile(join(folder, stream), Buffer.concat(newest(messages).map(framedAgain)));
      }
      const at = new Date(this.clock.now());
      await utimes(folder, at, at);
    } catch {
      await rm(folder, { recursive: true, force: true }).catch(() => undefined);
    }
  }

  /** `undefined` when nothing is kept. */
  async read(
    taskId: TaskId,
    { since, stamped = false }: { readonly since?: Millis | undefined; readonly stamped?: boolean },
  ): Promise<TaskOutput | undefined> {
    const read = async (stream: string): Promise<Buffer> => {
      const kept = await readFile(join(this.folderOf(taskId), stream));
      const messages = splitFrames(kept).frames.map(({ content }) => content);
      const wanted = messages.filter(
        (message) => since === undefined || (timeOfMessage(message) ?? since) >= since,
      );
      const framed = Buffer.concat(wanted.map(framedAgain));
      return unstamp(framed, stamped ? 'lineTimes' : 'nothing').content;
    };
    try {
      const [stdout, stderr] = await Promise.all([read('stdout'), read('stderr')]);
      return { stdout, stderr };
    } catch {
      return undefined;
    }
  }

  /** Deletes what is beyond the retention, the oldest first. */
  async sweep(retention: Retention): Promise<void> {
    const names = await readdir(this.folder).catch(() => []);
    const remains = await Promise.all(
      names.map(async (name) => {
        const path = join(this.folder, name);
        const at = await stat(path).then(
          ({ mtimeMs }) => mtimeMs,
          () => 0,
        );
        return { name, at, bytes: await bytesIn(path) };
      }),
    );
    const facts = { now: this.clock.now(), bytesWanted: 0 };
    for (const name of chooseDoomed(remains, retention, facts)) {
      await rm(join(this.folder, name), { recursive: true, force: true });
    }
  }

  private folderOf(taskId: TaskId): string {
    return savedFolder(this.folder, taskId);
  }
}

async function bytesIn(folder: string): Promise<number> {
  const names = await readdir(folder).catch(() => []);
  const sizes = names.map((name) =>
    stat(join(folder, name)).then(
      (s) => s.size,
      () => 0,
    ),
  );
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

/** Where everything is kept that is kept of a removed container. */
export function savedFolder(folder: string, taskId: TaskId): string {
  return join(folder, taskId.replace(/[^\w.-]/g, '_'));
}

/** What each stream wrote, in messages with their times; a terminal has only the one. */
function streamsOf(framed: Buffer): Readonly<Record<'stdout' | 'stderr', readonly Buffer[]>> {
  const { frames, isFramed } = splitFrames(framed);
  if (!isFramed) return { stdout: stampedMessages(framed), stderr: [] };
  const of = (isStderr: boolean): readonly Buffer[] =>
    frames.filter((frame) => frame.isStderr === isStderr).map(({ content }) => content);
  return { stdout: of(false), stderr: of(true) };
}

function newest(messages: readonly Buffer[]): readonly Buffer[] {
  let bytes = 0;
  for (let at = messages.length - 1; at >= 0; at -= 1) {
    bytes += messages[at]?.length ?? 0;
    if (bytes > BYTES_KEPT) return messages.slice(at + 1);
  }
  return messages;
}
