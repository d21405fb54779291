/** One line of what a task wrote. */
export interface LogLine {
  /** When, in milliseconds. */
  readonly at: number;
  readonly app: string;
  readonly task: string;
  readonly stream: 'stdout' | 'stderr';
  readonly line: string;
}

export interface LogMergeOptions {
  /** Sources may be silent for long: a line waits for the others only so long. */
  readonly isLive: boolean;
  readonly take: (line: LogLine) => void;
}

/** A source of lines in the order of their times. */
export interface LogSource {
  /** Resolves when more may come. */
  push(line: LogLine): Promise<void>;
  end(): void;
}

/** Milliseconds that a line waits for older ones of others, where sources may be silent. */
const PATIENCE_MS = 400;
const LOOK_EVERY_MS = 100;
/** Lines of one source that wait. */
const WAITING_MAX = 1_000;

interface Waiting {
  readonly line: LogLine;
  readonly since: number;
}

/** Of one source. */
interface Queue {
  readonly lines: Waiting[];
  readonly wake: (() => void)[];
  isOver: boolean;
}

/**
 * Merges lines of many sources by time. A line goes out when each source has a later one, or is over;
 * where sources may be silent, also when it has waited long enough.
 */
export class LogMerge {
  private readonly options: LogMergeOptions;
  private readonly queues = new Set<Queue>();
  private readonly timer: NodeJS.Timeout | undefined;

  constructor(options: LogMergeOptions) {
    this.options = options;
    if (options.isLive) this.timer = setInterval(() => this.flush(), LOOK_EVERY_MS);
  }

  open(): LogSource {
    const queue: Queue = { lines: [], wake: [], isOver: false };
    this.queues.add(queue);
    return {
      push: (line) => {
        queue.lines.push({ line, since: performance.now() });
        this.flush();
        if (queue.lines.length < WAITING_MAX) return Promise.resolve();
        return new Promise((resolve) => {
          queue.wake.push(resolve);
        });
      },
      end: () => {
        queue.isOver = true;
        this.flush();
      },
    };
  }

  /** Lets out what still waits. */
  close(): void {
    clearInterval(this.timer);
    for (const queue of this.queues) queue.isOver = true;
    this.flush();
  }

  private flush(): void {
    const now = performance.now();
    for (;;) {
      let oldest: Queue | undefined;
      let isComplete = true;
      for (const queue of this.queues) {
        const [first] = queue.lines;
        if (first === undefined) {
          if (queue.isOver) this.queues.delete(queue);
          else isComplete = false;
          continue;
        }
        const best = oldest?.lines[0];
        if (best === undefined || first.line.at < best.line.at) oldest = queue;
      }
      const next = oldest?.lines[0];
      if (oldest === undefined || next === undefined) return;
      const hasWaited = this.options.isLive && now - next.since >= PATIENCE_MS;
      if (!isComplete && !hasWaited && oldest.lines.length < WAITING_MAX) return;
      oldest.lines.shift();
      if (oldest.lines.length < WAITING_MAX) for (const wake of oldest.wake.splice(0)) wake();
      this.options.take(next.line);
    }
  }
}
