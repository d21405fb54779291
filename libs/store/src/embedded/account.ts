import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { chown, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

import { runToEnd } from './run-to-end.js';

/** Overflow ids that no file of the machine belongs to ("nobody", "nogroup" on Debian). */
const UNPRIVILEGED_ID = 65534;

/**
 * Under whom Postgres runs. It refuses to run as root, so root's services give it an unprivileged
 * account; `reach` lets that account walk through directories closed to it, and no more
 * (CAP_DAC_READ_SEARCH; needs setpriv of util-linux).
 */
export interface Account {
  readonly kind: 'self' | 'unprivileged' | 'unprivileged-with-reach';
  readonly ids?: { readonly uid: number; readonly gid: number };
}

export function runsAsRoot(): boolean {
  return process.getuid?.() === 0;
}

/** The account for this process's rights, before any closed directory is considered. */
export function plainAccount(): Account {
  if (!runsAsRoot()) return { kind: 'self' };
  return { kind: 'unprivileged', ids: { uid: UNPRIVILEGED_ID, gid: UNPRIVILEGED_ID } };
}

export function reachingAccount(): Account {
  return {
    kind: 'unprivileged-with-reach',
    ids: { uid: UNPRIVILEGED_ID, gid: UNPRIVILEGED_ID },
  };
}

/** Hands a file or directory over to the account. */
export async function giveTo(account: Account, path: string): Promise<void> {
  if (account.ids !== undefined) await chown(path, account.ids.uid, account.ids.gid);
}

export function spawnAs(
  account: Account,
  command: string,
  args: readonly string[],
  options: SpawnOptions,
): ChildProcess {
  if (account.ids === undefined) return spawn(command, args, options);
  if (account.kind === 'unprivileged') return spawn(command, args, { ...options, ...account.ids });
  const { uid, gid } = account.ids;
  const reach = ['--inh-caps', '+dac_read_search', '--ambient-caps', '+dac_read_search'];
  const who = ['--reuid', String(uid), '--regid', String(gid), '--clear-groups'];
  return spawn('setpriv', [...who, ...reach, '--', command, ...args], options);
}

/** The first directory on the way to `path` which the account may not enter, if there is one. */
export async function closedAncestor(account: Account, path: string): Promise<string | undefined> {
  if (account.kind !== 'unprivileged') return undefined;
  for (let at = dirname(path); ; at = dirname(at)) {
    const { mode, uid } = await stat(at);
    const mayEnter = uid === account.ids?.uid ? (mode & 0o100) !== 0 : (mode & 0o001) !== 0;
    if (!mayEnter) return at;
    if (at === dirname(at)) return undefined;
  }
}

/** Whether setpriv exists and the kernel (or container) grants the capability: tried, not guessed. */
export async function canReach(directory: string): Promise<boolean> {
  const child = spawnAs(reachingAccount(), 'ls', [directory], { cwd: '/', stdio: 'ignore' });
  const end = await runToEnd(child, { limitMs: 5_000 });
  return end.kind === 'exited' && end.code === 0;
}
