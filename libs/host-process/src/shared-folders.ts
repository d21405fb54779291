import { chmod, mkdir, symlink } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import type { SharedFolder, TaskSpec } from '@ekiden/host';
import { folderOf, type Layout } from './layout.js';

/** Where the folders lie that members of a group share: with the first member, as it goes last. */
const FOLDERS = '.volumes';

/** Writable for all members, whoever they run as; nobody removes what is another's. */
const MODE = 0o1777;

/**
 * Makes a member's shared folders appear in its sandbox. A process sees the host's files, so a path
 * is always one below the sandbox, an absolute one too.
 */
export async function linkShared(layout: Layout, sandbox: string, spec: TaskSpec): Promise<void> {
  for (const folder of spec.shared ?? []) {
    const target = await targetOf(layout, folder, spec);
    const link = join(sandbox, folder.path);
    await mkdir(dirname(link), { recursive: true });
    await symlink(target, link);
  }
}

async function targetOf(layout: Layout, folder: SharedFolder, spec: TaskSpec): Promise<string> {
  const { hostPath, name } = folder;
  if (hostPath !== undefined) {
    await mkdir(hostPath, { recursive: true });
    return hostPath;
  }
  const first = folderOf(spec.group?.first ?? spec.taskId) ?? '';
  const target = join(layout.sandbox(first), FOLDERS, name);
  await mkdir(target, { recursive: true });
  await chmod(target, MODE);
  return target;
}

/** What is wrong with the shared folders of a spec; `undefined` when nothing is. */
export function sharedProblem({ shared = [] }: TaskSpec): string | undefined {
  for (const { name, path } of shared) {
    if (!/^[A-Za-z0-9_-]+$/.test(name)) return `Shared folder ${JSON.stringify(name)}`;
    if (!isInside(path)) {
      return `${JSON.stringify(path)} is no place for a shared folder in a sandbox`;
    }
  }
  return undefined;
}

/** Whether a path, taken from the sandbox, leads to a place in it. */
export function isInside(path: string): boolean {
  const place = normalize(join('/', path));
  return place !== '/' && !path.split('/').includes('..') && !path.includes('\0');
}
