import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Clock, Millis } from '@ekiden/kernel';
import type { Account } from './account.js';
import { stdioWithout } from './descriptors.js';
import { isAlive, type ProcessIdentity } from './proc.js';
import { splitForShell } from './task-env.js';
import type { TaskRecords } from './task-records.js';
import type { Tools } from './tools.js';

export interface SupervisorPlan {
  /** Path of the supervisor script. */
  readonly script: string;
  readonly records: string;
  readonly exitNotice: string;
  readonly sandbox: string;
  readonly env: Readonly<Record<string, string>>;
  readonly account: Account | undefined;
  readonly tools: Tools;
  /** Descriptors of the service that must not reach the task. */
  readonly inherited: readonly number[];
}

/**
 * Spawns the supervisor in a session of its own, its output going to the sandbox. Node
 * resets all signals in the child.
 */
export async function spawnSupervisor(plan: SupervisorPlan): Promise<ChildProcess> {
  const { script, records, exitNotice, tools, account } = plan;
  const out = await open(join(plan.sandbox, 'stdout'), 'a', 0o644);
  const errors = await open(join(plan.sandbox, 'stderr'), 'a', 0o644);
  const nothing = await open('/dev/null', 'r+');
  try {
    if (account !== undefined) {
      await out.chown(account.uid, account.gid);
      await errors.chown(account.uid, account.gid);
    }
    const child = spawn('/bin/sh', [script, records, exitNotice, tools.setsid, tools.mv], {
      cwd: plan.sandbox,
      env: splitForShell(plan.env).plain,
      detached: true,
      stdio: stdioWithout(plan.inherited, {
        out: out.fd,
        errors: errors.fd,
        nothing: nothing.fd,
      }),
    });
    await once(child, 'spawn');
    child.unref();
    return child;
  } finally {
    await out.close();
    await errors.close();
    await nothing.close();
  }
}

/** What the records say of a task whose supervisor is at work. */
export interface StartSeen {
  readonly supervisor: ProcessIdentity | undefined;
  readonly process: ProcessIdentity | undefined;
  readonly status: number | undefined;
}

/**
 * Waits until the task has noted itself, has ended, or its supervisor is gone (`gone` tells so for
 * one that has not claimed the task yet). Neither process nor status after `patience` = too slow.
 */
export async function awaitStart(
  records: Pick<TaskRecords, 'supervisor' | 'process' | 'exitStatus'>,
  options: { readonly clock: Clock; readonly patience: Millis; readonly gone: () => boolean },
): Promise<StartSeen> {
  const end = options.clock.monotonic() + options.patience;
  for (let pause = 1; ; pause = Math.min(pause * 2, 50)) {
    const claim = await records.supervisor();
    const supervisor = identityIn(claim);
    // Asked before the records are read: what was noted before the death is then seen.
    const dead =
      claim === 'void' ||
      options.gone() ||
      (supervisor !== undefined && !isAlive(supervisor)) ||
      options.clock.monotonic() > end;
    const process = await records.process();
    const status = await records.exitStatus();
    if (dead || process !== undefined || status !== undefined) {
      // It claims the task before it runs it: a claim not seen above has been made since.
      return { supervisor: supervisor ?? identityIn(await records.supervisor()), process, status };
    }
    await delay(pause);
  }
}

function identityIn(claim: ProcessIdentity | 'void' | undefined): ProcessIdentity | undefined {
  return claim === 'void' ? undefined : claim;
}
