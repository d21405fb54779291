import { constants } from 'node:os';
import type { TaskExit, TaskSpec } from '@ekiden/host';

/** `SIGKILL` for 9; `undefined` for numbers that are no signal. */
function signalName(number: number): string | undefined {
  return Object.entries(constants.signals).find(([, value]) => value === number)?.[0];
}

/**
 * Reads a shell's exit status: above 128 it stands for a signal (POSIX shell, 2.8.2). A program
 * that exits with such a number by itself, as Java does on SIGTERM, looks the same.
 */
export function exitOfStatus(status: number, spec: TaskSpec): TaskExit {
  const signal = signalName(status - 128);
  if (signal !== undefined) {
    return {
      exitCode: status,
      signal,
      message: `Command terminated with signal ${signal}`,
    };
  }
  return { exitCode: status, message: `Command exited with status ${status}${hint(status, spec)}` };
}

/** Nobody was left to see how the task ended. */
export function unseenExit(why: string): TaskExit {
  return { exitCode: null, message: `The exit status of the task is unknown: ${why}` };
}

function hint(status: number, { command }: TaskSpec): string {
  const program = command?.kind === 'argv' ? `: ${command.value[0] ?? ''}` : '';
  if (status === 127) return ` (command not found${program})`;
  if (status === 126) return ` (command cannot be executed${program})`;
  return '';
}
