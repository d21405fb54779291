import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { assert, millis, seconds, type Clock, type Millis } from '@ekiden/kernel';
import type { HeldTask } from './held-task.js';
import type { HostLog } from './host-log.js';
import { rotateFile, type OutputLimits } from './rotate-file.js';
import { errorCode, messageOf } from './world-error.js';

export interface OutputKeeperOptions {
  readonly limits: OutputLimits;
  readonly clock: Clock;
  readonly log: HostLog;
  readonly tasks: () => Iterable<HeldTask>;
}

const STREAMS = ['stdout', 'stderr'] as const;
const TICK = millis(250);
const FIRST_PAUSE = millis(500);
const PAUSE_MAX = seconds(10);
/** Between looks at a task that writes, for the times of its lines. */
const WRITING_PAUSE = seconds(2);
const COMPLAIN_EVERY = seconds(60);

/** A stream as the last look left it. */
interface StreamSeen {
  readonly size: number;
  /** Bytes that were taken away from the beginning of the file so far. */
  readonly base: number;
}

/** What is remembered of a task's output between two looks. */
interface Watched {
  seenAt: Millis;
  dueAt: Millis;
  readonly streams: Map<string, StreamSeen>;
  lost: number;
  complainedAt: Millis | undefined;
}

/** What one look found in a file, and left there; `writtenAt`: when it was last written to. */
interface Look {
  readonly found: number;
  readonly left: number;
  readonly writtenAt: Millis | undefined;
}

/**
 * Keeps the output files of tasks within bounds. Tasks write to their files by themselves, so
 * nothing is held up and nothing is lost while no service runs; the files only grow until one comes
 * back. Quiet tasks are looked at every ten seconds, fast ones up to four times a second.
 */
export class OutputKeeper {
  private readonly options: OutputKeeperOptions;
  private readonly watched = new WeakMap<HeldTask, Watched>();
  private readonly timer: NodeJS.Timeout;
  private busy = false;

  constructor(options: OutputKeeperOptions) {
    const { maxBytes, files } = options.limits;
    assert(Number.isSafeInteger(maxBytes) && maxBytes > 0, `bytes of output: ${maxBytes}`);
    assert(Number.isInteger(files) && files > 0, `files of output: ${files}`);
    this.options = options;
    this.timer = setInterval(() => {
      if (!this.busy) void this.round();
    }, TICK);
    this.timer.unref();
  }

  close(): void {
    clearInterval(this.timer);
  }

  /** Rotates what is too large; never rejects. */
  async look(held: HeldTask): Promise<void> {
    const watched = this.watched.get(held) ?? this.begin(held);
    try {
      let pause: number = PAUSE_MAX;
      for (const stream of STREAMS) {
        pause = Math.min(pause, await this.check(held, watched, stream));
      }
      watched.seenAt = this.options.clock.monotonic();
      watched.dueAt = millis(watched.seenAt + pause);
    } catch (error) {
      watched.dueAt = millis(this.options.clock.monotonic() + PAUSE_MAX);
      this.complain(held, watched, { reason: messageOf(error) }, 'cannot rotate output of a task');
    }
  }

  private async round(): Promise<void> {
    this.busy = true;
    try {
      for (const held of this.options.tasks()) {
        if (held.phase !== 'running') continue;
        const due = this.watched.get(held)?.dueAt;
        if (due === undefined || due <= this.options.clock.monotonic()) await this.look(held);
      }
    } finally {
      this.busy = false;
    }
  }

  /** How long it can wait: at the pace of late, until half of what is left has come. */
  private async check(held: HeldTask, watched: Watched, stream: string): Promise<number> {
    const { limits, clock } = this.options;
    const known = watched.streams.get(stream);
    const before = known ?? (await this.earlier(held, stream));
    const { found, left, writtenAt } = await this.rotate(held, watched, stream);
    // A task may empty its file by itself.
    const base = found < before.size ? before.base + before.size : before.base;
    if (base + found !== before.base + before.size && writtenAt !== undefined) {
      await held.outputTimes.note(stream, { at: writtenAt, total: base + found, base });
    }
    const rotated = found - left;
    if (rotated > 0 && writtenAt !== undefined) {
      const total = base + found;
      await held.outputTimes.note(stream, { at: writtenAt, total, base: base + rotated });
    }
    watched.streams.set(stream, { size: left, base: base + rotated });
    if (known === undefined) return FIRST_PAUSE;
    const perMs = (found - known.size) / Math.max(1, clock.monotonic() - watched.seenAt);
    const pause = perMs > 0 ? (limits.maxBytes - left) / perMs / 2 : PAUSE_MAX;
    return Math.min(perMs > 0 ? WRITING_PAUSE : PAUSE_MAX, Math.max(TICK, pause));
  }

  /** As an earlier life of the service has seen it. */
  private async earlier(held: HeldTask, stream: string): Promise<StreamSeen> {
    const last = (await held.outputTimes.read(stream)).at(-1);
    if (last === undefined) return { size: 0, base: 0 };
    return { size: last.total - last.base, base: last.base };
  }

  private async rotate(held: HeldTask, watched: Watched, stream: string): Promise<Look> {
    const { limits } = this.options;
    const path = join(held.sandbox, stream);
    try {
      const { size, mtimeMs } = await lstat(path);
      const writtenAt = millis(Math.floor(mtimeMs));
      if (size <= limits.maxBytes) return { found: size, left: size, writtenAt };
      const rotated = await rotateFile(path, limits);
      if (rotated === undefined) return { found: size, left: size, writtenAt };
      watched.lost += rotated.lost;
      if (rotated.lost > 0) {
        const facts = { bytes: watched.lost };
        this.complain(held, watched, facts, 'output of a task was lost while it was rotated');
      }
      return { found: size, left: 0, writtenAt };
    } catch (error) {
      // A task may delete its output.
      if (errorCode(error) === 'ENOENT') return { found: 0, left: 0, writtenAt: undefined };
      throw error;
    }
  }

  private begin(held: HeldTask): Watched {
    const now = this.options.clock.monotonic();
    const streams = new Map<string, StreamSeen>();
    const watched = { seenAt: now, dueAt: now, streams, lost: 0, complainedAt: undefined };
    this.watched.set(held, watched);
    return watched;
  }

  private complain(
    held: HeldTask,
    watched: Watched,
    facts: Readonly<Record<string, unknown>>,
    event: string,
  ): void {
    const now = this.options.clock.monotonic();
    if (watched.complainedAt !== undefined && now - watched.complainedAt < COMPLAIN_EVERY) return;
    watched.complainedAt = now;
    this.options.log.warn({ taskId: held.spec.taskId, ...facts }, event);
  }
}
