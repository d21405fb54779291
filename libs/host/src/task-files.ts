import { err, ok, type Millis, type Result, type TaskId } from '@ekiden/kernel';
import type { HostFailure } from './host-failure.js';

/** One entry of a folder in a task's sandbox. */
export interface TaskFile {
  /** Below the sandbox, without a slash at the beginning. */
  readonly path: string;
  /** Links are shown and never followed; `other`: a pipe, a socket, a device. */
  readonly kind: 'file' | 'folder' | 'link' | 'other';
  /** In bytes. */
  readonly size: number;
  readonly modifiedAt: Millis;
  /** Permission bits. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Where a link leads, as it is written there. */
  readonly target?: string;
}

export interface FileListing {
  /** By name; at most `FILES_LISTED_MAX`. */
  readonly files: readonly TaskFile[];
  /** There is more than could be looked at. */
  readonly isPartial: boolean;
}

/** A file that is open for reading. */
export interface OpenTaskFile {
  /** Bytes when it was opened. */
  readonly size: number;
  readonly modifiedAt: Millis;
  /**
   * The bytes from one place up to, not including, another; to be called at most once. The file is
   * closed at the end, and when the reader stops early.
   */
  read(from: number, to: number): AsyncIterable<Uint8Array>;
  /** For those who do not read it. */
  close(): Promise<void>;
}

/** Why files of a task are not to be had. */
export type FilesFailure =
  | HostFailure
  /** There is no such path in the sandbox. */
  | { readonly kind: 'noSuchFile'; readonly message: string }
  /** It is there and is not shown: a link, a pipe, a folder where a file is asked for. */
  | { readonly kind: 'notShown'; readonly message: string };

/** Files in the sandboxes of tasks, also of tasks that are over, for as long as they are kept. */
export interface TaskFiles {
  /** What is in a folder of the sandbox; the empty path is the sandbox itself. */
  listFiles(taskId: TaskId, path: SandboxPath): Promise<Result<FileListing, FilesFailure>>;
  openFile(taskId: TaskId, path: SandboxPath): Promise<Result<OpenTaskFile, FilesFailure>>;
}

/** Names from the sandbox down, none of them special. */
export type SandboxPath = readonly string[];

export const FILES_LISTED_MAX = 10_000;

const DEPTH_MAX = 64;
const NAME_LENGTH_MAX = 255;

/**
 * Reads a path below a sandbox; a slash at the beginning means the sandbox. Refuses, with a reason,
 * what would lead out of it or can be no path: `..`, NUL, names that no file system has.
 */
export function parseSandboxPath(text: string): Result<SandboxPath, string> {
  const names = text.split('/').filter((name) => name !== '' && name !== '.');
  if (names.includes('..')) return err('".." is not part of a path in a sandbox');
  if (text.includes('\0')) return err('a path holds no NUL');
  if (names.length > DEPTH_MAX) return err(`a path has at most ${DEPTH_MAX} names`);
  if (names.some((name) => name.length > NAME_LENGTH_MAX)) {
    return err(`a name has at most ${NAME_LENGTH_MAX} characters`);
  }
  return ok(names);
}
