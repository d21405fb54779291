import { execFile } from 'node:child_process';
import { userInfo } from 'node:os';
import { promisify } from 'node:util';
import { err, ok, type Result } from '@ekiden/kernel';
import type { HostFailure } from '@ekiden/host';

/** Whom a task runs as, where that is not the service itself. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

const run = promisify(execFile);
const NAME = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,63}$/;

/** `undefined` = the account of the service. Only root may run tasks as somebody else. */
export async function accountOf(
  user: string | undefined,
): Promise<Result<Account | undefined, HostFailure>> {
  if (user === undefined || user === userInfo().username) return ok(undefined);
  if (process.getuid?.() !== 0) {
    return failed(`Only root may run a task as another user, here ${user}`);
  }
  if (!NAME.test(user)) return failed(`No such user: ${user}`);
  try {
    const limits = { timeout: 10_000, encoding: 'utf8' } as const;
    const [uid, gid] = await Promise.all([
      run('id', ['-u', user], limits),
      run('id', ['-g', user], limits),
    ]);
    return ok({ uid: Number(uid.stdout), gid: Number(gid.stdout) });
  } catch {
    return failed(`No such user: ${user}`);
  }
}

function failed(message: string): Result<never, HostFailure> {
  return err({ kind: 'sandbox', message });
}
