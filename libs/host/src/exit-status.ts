import type { TaskExit } from './executor.js';
import type { TaskCommand } from './task-spec.js';

/** Linux's signals by number, from 1 (signal(7)). */
const SIGNALS = [
  ...['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGILL', 'SIGTRAP', 'SIGABRT', 'SIGBUS', 'SIGFPE'],
  ...['SIGKILL', 'SIGUSR1', 'SIGSEGV', 'SIGUSR2', 'SIGPIPE', 'SIGALRM', 'SIGTERM', 'SIGSTKFLT'],
  ...['SIGCHLD', 'SIGCONT', 'SIGSTOP', 'SIGTSTP', 'SIGTTIN', 'SIGTTOU', 'SIGURG', 'SIGXCPU'],
  ...['SIGXFSZ', 'SIGVTALRM', 'SIGPROF', 'SIGWINCH', 'SIGIO', 'SIGPWR', 'SIGSYS'],
] as const;

/**
 * Reads an exit status as a shell or an engine gives it: above 128 it stands for a signal (POSIX
 * shell, 2.8.2). A program that exits with such a number by itself, as Java does on SIGTERM, looks
 * the same. `command` = what was run, for a better hint, where it is still known.
 */
export function exitOfStatus(status: number, command: TaskCommand | null | undefined): TaskExit {
  const signal = SIGNALS[status - 129];
  if (signal !== undefined) {
    return {
      exitCode: status,
      signal,
      message: `Command terminated with signal ${signal}`,
    };
  }
  return {
    exitCode: status,
    message: `Command exited with status ${status}${hint(status, command)}`,
  };
}

function hint(status: number, command: TaskCommand | null | undefined): string {
  const program = command?.kind === 'argv' ? `: ${command.value[0] ?? ''}` : '';
  if (status === 127) return ` (command not found${program})`;
  if (status === 126) return ` (command cannot be executed${program})`;
  return '';
}
