import { spawn } from 'node:child_process';
import { open } from 'node:fs/promises';
import { constants } from 'node:os';
import type { Millis } from '@ekiden/kernel';
import type { Account } from './account.js';
import { stdioWithout } from './descriptors.js';
import { becoming, entering } from './scripts.js';
import type { Tools } from './tools.js';

export interface ExecPlan {
  readonly shellCommand: string;
  readonly sandbox: string;
  /** Environment of the task. */
  readonly env: Readonly<Record<string, string>>;
  readonly account: Account | undefined;
  /** Of the task's control groups: what it uses counts as the task's. */
  readonly doors: readonly string[];
  readonly tools: Tools;
  /** Descriptors of the service that must not reach the command. */
  readonly inherited: readonly number[];
  /** The command and what it has started are killed after this long. */
  readonly timeout: Millis;
}

/** How a command beside a task ended. */
export interface ExecOutcome {
  /** 128 + signal number when a signal ended it; `null` = it was killed because its time was up. */
  readonly exitCode: number | null;
}

/**
 * Runs `/bin/sh -c` in a task's sandbox as the task would, in a session of its own; its output is
 * thrown away. It carries the task's mark, so that it ends with the task at the latest. Rejects
 * when nothing could be started.
 */
export async function execInTask(plan: ExecPlan): Promise<ExecOutcome> {
  const nothing = await open('/dev/null', 'r+');
  try {
    const { fd } = nothing;
    const [program = '/bin/sh', ...args] = [
      ...(plan.doors.length === 0 ? [] : entering(plan.doors)),
      ...(plan.account === undefined ? [] : becoming(plan.account, plan.tools)),
      ...['/bin/sh', '-c', plan.shellCommand],
    ];
    const child = spawn(program, args, {
      cwd: plan.sandbox,
      env: plan.env,
      detached: true,
      stdio: stdioWithout(plan.inherited, { out: fd, errors: fd, nothing: fd }),
    });
    return await new Promise((resolve, reject) => {
      let late = false;
      const limit = setTimeout(() => {
        late = true;
        killGroup(child.pid);
      }, plan.timeout);
      child.once('error', (error) => {
        clearTimeout(limit);
        reject(error);
      });
      child.once('exit', (code, signal) => {
        clearTimeout(limit);
        // What it left behind in its group would pile up, probe by probe.
        killGroup(child.pid);
        resolve({
          exitCode: late ? null : (code ?? 128 + (signal ? constants.signals[signal] : 0)),
        });
      });
    });
  } finally {
    await nothing.close();
  }
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Nobody left.
  }
}
