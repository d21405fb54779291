import { err, type Result, type TaskId } from '@ekiden/kernel';
import type {
  FileListing,
  OpenTaskFile,
  OutputBytes,
  OutputRequest,
  SessionOrder,
  TaskSession,
} from '@ekiden/host';

export { parseSandboxPath } from '@ekiden/host';
export type {
  FileListing,
  OpenTaskFile,
  OutputRequest,
  SessionOrder,
  SessionOutput,
  TaskFile,
  TaskSession,
  TerminalSize,
} from '@ekiden/host';

/** Why a task, or something of it, is not to be had; one sentence for people. */
export interface NoTask {
  /** `unknown`: nothing of it is anywhere; `unavailable`: its host cannot be asked now. */
  readonly kind: 'unknown' | 'unavailable';
  readonly message: string;
}

export type NoFile =
  | NoTask
  /** `notShown`: it is there, and is a link, a pipe, or a folder where a file is asked for. */
  | { readonly kind: 'noSuchFile' | 'notShown'; readonly message: string };

/** Tasks from inside, wherever they run or ran. Nothing here rejects. */
export interface TaskAccess {
  /** What it wrote, also after its end. The bytes end early when the host cannot be asked any more. */
  readOutput(taskId: TaskId, request: OutputRequest): Promise<Result<OutputBytes, NoTask>>;
  /** A folder of its sandbox, also after its end. */
  listFiles(taskId: TaskId, path: readonly string[]): Promise<Result<FileListing, NoFile>>;
  openFile(taskId: TaskId, path: readonly string[]): Promise<Result<OpenTaskFile, NoFile>>;
  /** Runs a command beside it. */
  openSession(taskId: TaskId, order: SessionOrder): Promise<Result<TaskSession, NoTask>>;
}

/** Access to tasks where there are none, for one reason. */
export function noTasks(reason: NoTask): TaskAccess {
  const none = (): Promise<Result<never, NoTask>> => Promise.resolve(err(reason));
  return { readOutput: none, listFiles: none, openFile: none, openSession: none };
}
