import type { Account } from './account.js';
import { becoming, entering } from './scripts.js';
import type { Tools } from './tools.js';

/** Where and as whom a command runs that runs beside a task, as the task itself would. */
export interface BesideTask {
  readonly sandbox: string;
  /** Environment of the task. */
  readonly env: Readonly<Record<string, string>>;
  readonly account: Account | undefined;
  /** Of the task's control groups: what it uses counts as the task's. */
  readonly doors: readonly string[];
  readonly tools: Tools;
  /** Descriptors of the service that must not reach the command. */
  readonly inherited: readonly number[];
}

/** The words of a command, behind those that make it one of the task's; the program comes first. */
export function wordsBeside(
  { doors, account, tools }: BesideTask,
  command: readonly [string, ...string[]],
): readonly [string, ...string[]] {
  const before = [
    ...(doors.length === 0 ? [] : entering(doors)),
    ...(account === undefined ? [] : becoming(account, tools)),
  ];
  const [program, ...args] = [...before, ...command];
  return program === undefined ? command : [program, ...args];
}
