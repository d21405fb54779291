import { constants, type Stats } from 'node:fs';
import { lstat, open, readdir, readlink, type FileHandle } from 'node:fs/promises';
import { err, millis, ok, type Result } from '@ekiden/kernel';
import {
  FILES_LISTED_MAX,
  type FileListing,
  type FilesFailure,
  type OpenTaskFile,
  type SandboxPath,
  type TaskFile,
} from '@ekiden/host';
import { errorCode, failureOfError } from './world-error.js';

const CHUNK = 64 * 1024;
const { O_DIRECTORY, O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants;

/*
 * A sandbox belongs to its task, which may put links in place of anything at any moment. So every
 * folder is opened by itself, below the one before, which is held open and reached by its descriptor
 * (`/proc/self/fd`): no name is looked up twice, and no link is ever followed.
 */

/** What is in one folder of a sandbox. */
export async function listSandbox(
  sandbox: string,
  path: SandboxPath,
): Promise<Result<FileListing, FilesFailure>> {
  return within(sandbox, { folders: path, asked: path }, async (folder) => {
    const names = (await readdir(below(folder))).sort();
    const files: TaskFile[] = [];
    for (const name of names.slice(0, FILES_LISTED_MAX)) {
      const file = await describeFile(below(folder, name), [...path, name].join('/'));
      if (file !== undefined) files.push(file);
    }
    return ok({ files, isPartial: names.length > FILES_LISTED_MAX });
  });
}

/** Opens a plain file of a sandbox. */
export async function openInSandbox(
  sandbox: string,
  path: SandboxPath,
): Promise<Result<OpenTaskFile, FilesFailure>> {
  const name = path.at(-1);
  if (name === undefined) return err(notShown('The sandbox itself is a folder'));
  const folders = path.slice(0, -1);
  return within(sandbox, { folders, asked: path }, async (folder, owner) => {
    const file = await open(below(folder, name), O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    const found = await file.stat();
    const reason = reasonAgainst(found, owner);
    if (reason === undefined) return ok(openFile(file, found));
    await file.close();
    return err(notShown(`${path.join('/')} ${reason}`));
  });
}

/** A second name may be that of somebody else's file, put here to be read by us for its task. */
function reasonAgainst(found: Stats, owner: number): string | undefined {
  if (found.isDirectory()) return 'is a folder';
  if (!found.isFile()) return 'is no plain file';
  return found.nlink > 1 && found.uid !== owner
    ? 'is also a file outside of the sandbox'
    : undefined;
}

async function within<T>(
  sandbox: string,
  { folders, asked }: { readonly folders: SandboxPath; readonly asked: SandboxPath },
  work: (folder: FileHandle, owner: number) => Promise<Result<T, FilesFailure>>,
): Promise<Result<T, FilesFailure>> {
  const held: FileHandle[] = [];
  try {
    let folder = await open(sandbox, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
    held.push(folder);
    const { uid } = await folder.stat();
    for (const name of folders) {
      folder = await open(below(folder, name), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_NONBLOCK);
      held.push(folder);
    }
    return await work(folder, uid);
  } catch (error) {
    return err(failureOf(error, asked));
  } finally {
    await Promise.all(held.map((each) => each.close()));
  }
}

function below({ fd }: FileHandle, name?: string): string {
  return name === undefined ? `/proc/self/fd/${fd}` : `/proc/self/fd/${fd}/${name}`;
}

/** `undefined` when it is gone meanwhile. */
async function describeFile(where: string, path: string): Promise<TaskFile | undefined> {
  try {
    const found = await lstat(where);
    const target = found.isSymbolicLink() ? await readlink(where) : undefined;
    return {
      path,
      kind: kindOf(found),
      size: found.size,
      modifiedAt: millis(Math.floor(found.mtimeMs)),
      mode: found.mode & 0o7777,
      uid: found.uid,
      gid: found.gid,
      ...(target === undefined ? {} : { target }),
    };
  } catch {
    return undefined;
  }
}

function kindOf(found: Stats): TaskFile['kind'] {
  if (found.isFile()) return 'file';
  if (found.isDirectory()) return 'folder';
  return found.isSymbolicLink() ? 'link' : 'other';
}

function openFile(file: FileHandle, { size, mtimeMs }: Stats): OpenTaskFile {
  return {
    size,
    modifiedAt: millis(Math.floor(mtimeMs)),
    read: (from, to) => readPart(file, from, to),
    close: () => file.close(),
  };
}

async function* readPart(file: FileHandle, from: number, to: number): AsyncGenerator<Uint8Array> {
  try {
    for (let at = from; at < to;) {
      const buffer = Buffer.allocUnsafe(Math.min(CHUNK, to - at));
      const { bytesRead } = await file.read(buffer, 0, buffer.length, at);
      if (bytesRead === 0) return;
      at += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

/** `ELOOP`, and `ENOTDIR` for a folder: a link is in the way. */
function failureOf(error: unknown, path: SandboxPath): FilesFailure {
  const code = errorCode(error) ?? '';
  const shown = path.join('/') || 'The sandbox';
  if (code === 'ENOENT' || code === 'ENAMETOOLONG') {
    return { kind: 'noSuchFile', message: `There is no ${shown} in the sandbox` };
  }
  const why = NOT_SHOWN[code];
  if (why !== undefined) return notShown(`${shown} ${why}`);
  return failureOfError(error, 'Cannot read the sandbox');
}

const NOT_SHOWN: Readonly<Record<string, string>> = {
  ENOTDIR: 'is a link or no folder; links are not followed',
  ELOOP: 'is a link; links are not followed',
  ENXIO: 'is no plain file',
  EACCES: 'may not be read by the service',
};

function notShown(message: string): FilesFailure {
  return { kind: 'notShown', message };
}
