import { stat } from 'node:fs/promises';
import { err, type Result, type TaskId } from '@ekiden/kernel';
import type { FileListing, FilesFailure, OpenTaskFile, SandboxPath, TaskFiles } from '@ekiden/host';
import { folderOf, type Layout } from './layout.js';
import { listSandbox, openInSandbox } from './sandbox-files.js';

/** Files in the sandboxes of processes, for as long as these are kept. */
export class ProcessFiles implements TaskFiles {
  private readonly known: (taskId: TaskId) => string | undefined;
  private readonly layout: Layout;

  /** `known`: the sandbox of a task that is held at this moment. */
  constructor(known: (taskId: TaskId) => string | undefined, layout: Layout) {
    this.known = known;
    this.layout = layout;
  }

  listFiles(taskId: TaskId, path: SandboxPath): Promise<Result<FileListing, FilesFailure>> {
    return this.inSandbox(taskId, (sandbox) => listSandbox(sandbox, path));
  }

  openFile(taskId: TaskId, path: SandboxPath): Promise<Result<OpenTaskFile, FilesFailure>> {
    return this.inSandbox(taskId, (sandbox) => openInSandbox(sandbox, path));
  }

  private async inSandbox<T>(
    taskId: TaskId,
    work: (sandbox: string) => Promise<Result<T, FilesFailure>>,
  ): Promise<Result<T, FilesFailure>> {
    const folder = folderOf(taskId);
    const sandbox = this.known(taskId) ?? (folder && this.layout.sandbox(folder));
    const isThere = sandbox !== undefined && (await exists(sandbox));
    if (isThere) return work(sandbox);
    return err({ kind: 'unknownTask', message: `No task ${taskId} was prepared here` });
  }
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
