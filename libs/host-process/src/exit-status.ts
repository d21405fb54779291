import type { TaskExit } from '@ekiden/host';

/** Nobody was left to see how the task ended. */
export function unseenExit(why: string): TaskExit {
  return { exitCode: null, message: `The exit status of the task is unknown: ${why}` };
}
