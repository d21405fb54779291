import { chmod, copyFile, constants, mkdir, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { err, ok, type Result } from '@ekiden/kernel';
import type { FetchItem, HostFailure } from '@ekiden/host';
import { messageOf } from './world-error.js';

const ARCHIVE = /\.(?:tar|tar\.gz|tar\.bz2|tar\.xz|gz|tgz|tbz2|txz|zip)$/i;
const SCHEME = /^([A-Za-z][A-Za-z0-9+.-]*):/;
const RESERVED = new Set(['stdout', 'stderr']);

/** Puts one file into the sandbox: relative, absolute and `file:` uris; copies, never links. */
export async function fetchFile(
  item: FetchItem,
  place: { readonly sandbox: string; readonly fetchRoot: string },
): Promise<Result<void, HostFailure>> {
  const failed = (why: string): Result<void, HostFailure> =>
    err({ kind: 'fetchFailed', uri: item.uri, message: `Cannot fetch ${item.uri}: ${why}` });
  const source = sourceOf(item.uri, place.fetchRoot);
  if (!source.ok) return failed(source.error);
  if (item.extract && ARCHIVE.test(source.value)) {
    return failed('archives cannot be extracted yet (set extract to false to copy it)');
  }
  const target = targetIn(place.sandbox, item.destPath ?? basename(source.value));
  if (!target.ok) return failed(target.error);
  try {
    const found = await stat(source.value);
    if (!found.isFile()) return failed('it is not a regular file');
    await mkdir(dirname(target.value), { recursive: true });
    await copyFile(source.value, target.value, constants.COPYFILE_FICLONE);
    const executable = item.executable ? 0o755 : found.mode & 0o777;
    await chmod(target.value, executable | 0o600);
    return ok(undefined);
  } catch (error) {
    return failed(messageOf(error));
  }
}

function sourceOf(uri: string, fetchRoot: string): Result<string, string> {
  if (uri.includes('\0')) return err('the uri holds a NUL');
  const scheme = SCHEME.exec(uri)?.[1]?.toLowerCase();
  if (scheme === 'file') {
    try {
      return ok(fileURLToPath(uri));
    } catch (error) {
      return err(messageOf(error));
    }
  }
  if (scheme !== undefined) return err(`fetching over ${scheme} is not supported yet`);
  if (isAbsolute(uri)) return ok(uri);
  const path = resolve(fetchRoot, uri);
  return isInside(path, fetchRoot) ? ok(path) : err('it lies outside the fetch root');
}

function targetIn(sandbox: string, destPath: string): Result<string, string> {
  if (destPath.includes('\0')) return err('destPath holds a NUL');
  if (isAbsolute(destPath)) return err('destPath must be relative to the sandbox');
  const path = join(sandbox, destPath);
  if (!isInside(path, sandbox)) return err('destPath lies outside the sandbox');
  if (RESERVED.has(relative(sandbox, path))) {
    return err(`${destPath} is kept for the task's output`);
  }
  return ok(path);
}

function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== '' && way !== '..' && !way.startsWith('../') && !isAbsolute(way);
}
