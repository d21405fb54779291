import { lstat, mkdir, readdir, rename } from 'node:fs/promises';
import { isAbsolute, join, posix } from 'node:path';
import type { Stats } from 'node:fs';
import { err, ok, type Result } from '@ekiden/kernel';
import { Refused } from './world-error.js';

/** Names a task's output has, with the rotated parts of it. */
const OUTPUT = /^(?:stdout|stderr)(?:\..*)?$/;

/**
 * Where something goes in a folder, as a clean relative path; the error ends the sentence
 * "Cannot fetch x: ...".
 */
export function targetOf(destPath: string | undefined, name: string): Result<string, string> {
  const wanted = destPath ?? name;
  const called = destPath === undefined ? 'its name' : 'destPath';
  if (wanted.includes('\0')) return err(`${called} holds a NUL`);
  if (destPath === undefined && !isPlainName(name)) {
    return err('the uri does not end in a file name; give a destPath');
  }
  if (isAbsolute(wanted)) return err('destPath must be relative to the sandbox');
  const path = posix.normalize(wanted).replace(/\/$/, '');
  if (path === '.' || path === '..' || path.startsWith('../')) {
    return err('destPath lies outside the sandbox');
  }
  if (isReserved(path)) return err(`${wanted} is kept for the task's output`);
  return ok(path);
}

function isReserved(path: string): boolean {
  return OUTPUT.test(path.split('/')[0] ?? '');
}

/** Makes the folders above a path. None of them may be a link, nor anything else. */
export async function makeParents(folder: string, path: string): Promise<void> {
  const parts = path.split('/').slice(0, -1);
  let way = '';
  for (const part of parts) {
    way = posix.join(way, part);
    await makeFolder(folder, way);
  }
}

/** Puts a file in place; it may replace a file. */
export async function moveFile(from: string, folder: string, path: string): Promise<void> {
  await makeParents(folder, path);
  await checkReplaceable(folder, path);
  await rename(from, join(folder, path));
}

/** Moves all that lies in `from` into `folder`; nothing has moved when something is in the way. */
export async function moveTree(from: string, folder: string): Promise<void> {
  const found = await listTree(from);
  for (const { path, isFolder } of found) {
    if (isReserved(path)) throw new Refused(`it holds ${path}, kept for the task's output`);
    if (isFolder) await checkFolder(folder, path);
    else await checkReplaceable(folder, path);
  }
  for (const { path, isFolder } of found) {
    if (isFolder) await makeFolder(folder, path);
    else await rename(join(from, path), join(folder, path));
  }
}

interface Found {
  readonly path: string;
  readonly isFolder: boolean;
}

/** Folders before what lies in them; links are not followed. */
async function listTree(root: string): Promise<readonly Found[]> {
  const found: Found[] = [];
  const folders = [''];
  for (let next = folders.pop(); next !== undefined; next = folders.pop()) {
    for (const each of await readdir(join(root, next), { withFileTypes: true })) {
      const path = posix.join(next, each.name);
      found.push({ path, isFolder: each.isDirectory() });
      if (each.isDirectory()) folders.push(path);
    }
  }
  return found;
}

async function makeFolder(root: string, path: string): Promise<void> {
  await checkFolder(root, path);
  await mkdir(join(root, path), { recursive: true, mode: 0o755 });
}

async function checkFolder(root: string, path: string): Promise<void> {
  const found = await look(join(root, path));
  if (found !== undefined && !found.isDirectory()) {
    throw new Refused(`${path} is in the way and is no folder`);
  }
}

async function checkReplaceable(root: string, path: string): Promise<void> {
  const found = await look(join(root, path));
  if (found?.isDirectory() === true) throw new Refused(`the folder ${path} is in the way`);
}

function look(path: string): Promise<Stats | undefined> {
  return lstat(path).catch(() => undefined);
}

/** What a file can be called without a thought. */
function isPlainName(name: string): boolean {
  return name !== '' && name !== '.' && name !== '..' && !name.includes('/');
}
