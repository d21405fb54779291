import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import type { TaskId } from '@ekiden/kernel';

const SAFE = /^[A-Za-z0-9_][A-Za-z0-9._-]*$/;
const FOLDER_LENGTH_MAX = 200;
const TASK_ID_LENGTH_MAX = 4096;

/**
 * The folder name of a task, or `undefined` when the id must not touch the file system. Safe ids
 * are their own name; long ones are cut and told apart by a digest (`~` occurs in no safe id).
 */
export function folderOf(taskId: string): string | undefined {
  if (!SAFE.test(taskId) || taskId.length > TASK_ID_LENGTH_MAX) return undefined;
  if (taskId.length <= FOLDER_LENGTH_MAX) return taskId;
  const digest = createHash('sha256').update(taskId).digest('hex').slice(0, 32);
  return `${taskId.slice(0, 150)}~${digest}`;
}

/** Where things lie under the data directory. */
export class Layout {
  readonly dataDir: string;
  readonly sandboxes: string;
  readonly tasks: string;
  /** One empty file per ended task, so that a single watch sees every end. */
  readonly exits: string;
  /** When output was written, a folder per task; kept as long as the sandbox. */
  readonly outputTimes: string;
  readonly scripts: string;
  readonly fetchCache: string;

  constructor(dataDir: string) {
    this.dataDir = resolve(dataDir);
    this.sandboxes = join(this.dataDir, 'sandboxes');
    this.tasks = join(this.dataDir, 'tasks');
    this.exits = join(this.dataDir, 'exits');
    this.outputTimes = join(this.dataDir, 'output-times');
    this.scripts = join(this.dataDir, 'scripts');
    this.fetchCache = join(this.dataDir, 'fetch-cache');
  }

  sandbox(folder: string): string {
    return join(this.sandboxes, folder);
  }

  /** Bookkeeping of a task, readable by the service alone (its environment holds secrets). */
  records(folder: string): string {
    return join(this.tasks, folder);
  }

  timesOf(folder: string): string {
    return join(this.outputTimes, folder);
  }

  exitNotice(folder: string): string {
    return join(this.exits, folder);
  }
}

/** The default sandbox of a task under a data directory, for those who only read. */
export function sandboxOf(dataDir: string, taskId: TaskId): string | undefined {
  const folder = folderOf(taskId);
  return folder === undefined ? undefined : new Layout(dataDir).sandbox(folder);
}
