import { watch, type FSWatcher } from 'node:fs';
import type { Millis } from '@ekiden/kernel';
import type { HostLog } from './host-log.js';
import { messageOf } from './world-error.js';

export interface ExitWatchOptions {
  readonly folder: string;
  readonly every: Millis;
  readonly log: HostLog;
  /** A file appeared. */
  readonly noticed: () => void;
  /** Time to look at everything. */
  readonly poll: () => void;
}

/** One watch on one folder for all tasks, and a slow poll for what a watch may miss. */
export class ExitWatch {
  private readonly watcher: FSWatcher | undefined;
  private readonly timer: NodeJS.Timeout;

  constructor(options: ExitWatchOptions) {
    this.watcher = watchFolder(options);
    this.timer = setInterval(options.poll, options.every);
    this.timer.unref();
  }

  close(): void {
    clearInterval(this.timer);
    this.watcher?.close();
  }
}

/** Without a watch (the machine's limit is reached) the poll alone has to do. */
function watchFolder({ folder, log, noticed }: ExitWatchOptions): FSWatcher | undefined {
  const lost = (error: unknown): void => {
    log.warn({ folder, reason: messageOf(error) }, 'ends of tasks are noticed by polling only');
  };
  try {
    const watcher = watch(folder, { persistent: false }, noticed);
    watcher.on('error', lost);
    return watcher;
  } catch (error) {
    lost(error);
    return undefined;
  }
}
