import type { TaskExit, TaskSpec } from '@ekiden/host';
import { memoryLimitOf } from './cgroup-limits.js';

const KILLED = 128 + 9;

/**
 * The exit of a task of which the kernel killed processes for want of memory. A task that got
 * SIGKILL, and not from us, ended by that; one that failed later by itself at least hears of it.
 */
export function exitOutOfMemory(exit: TaskExit, spec: TaskSpec, killAsked: boolean): TaskExit {
  const limit = memoryLimitOf(spec);
  const what =
    limit === undefined
      ? 'The memory of the machine is used up'
      : `Memory limit of ${Math.round((limit / 2 ** 20) * 10) / 10} MiB exceeded`;
  if (killAsked || exit.exitCode === 0) return exit;
  if (exit.exitCode === KILLED || exit.exitCode === null) {
    const message = `${what}: killed by the kernel`;
    return { ...exit, message, reason: 'CONTAINER_LIMITATION_MEMORY' };
  }
  return { ...exit, message: `${exit.message} (${what}: the kernel has killed a part of it)` };
}
