import { spawn } from 'node:child_process';
import { open } from 'node:fs/promises';
import { constants } from 'node:os';
import type { Millis } from '@ekiden/kernel';
import { wordsBeside, type BesideTask } from './beside-task.js';
import { stdioWithout } from './descriptors.js';

export interface ExecPlan extends BesideTask {
  readonly shellCommand: string;
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
    const [program, ...args] = wordsBeside(plan, ['/bin/sh', '-c', plan.shellCommand]);
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
