import type { MemberEnd, TaskId } from '@ekiden/kernel';
import type { TaskExit } from '../executor.js';

export interface EndedMember {
  readonly taskId: TaskId;
  readonly name: string;
  readonly exit: TaskExit;
  readonly stopped: boolean;
}

/**
 * How a group ended, in the words of the member that ended it: the first that was not stopped, one
 * that failed before one that was merely done. Without such a member all were stopped together.
 */
export function endOfGroup(ended: readonly EndedMember[], missing: boolean): TaskExit {
  const members = ended.map(memberEnd);
  const own = ended.filter(({ stopped }) => !stopped);
  const cause = own.find(({ exit }) => exit.exitCode !== 0) ?? own[0];
  if (cause !== undefined) {
    const { exit, name } = cause;
    return { ...exit, message: `Container ${name}: ${exit.message}`, members };
  }
  if (missing) return { exitCode: null, message: INCOMPLETE, members };
  const [first] = ended;
  return first === undefined
    ? { exitCode: null, message: INCOMPLETE, members }
    : { ...first.exit, members };
}

const INCOMPLETE = 'Not all containers of the group are there';

function memberEnd({ taskId, exit, stopped }: EndedMember): MemberEnd {
  const { exitCode, message } = exit;
  return { taskId, ...(exitCode === null ? {} : { exitCode }), message, stopped };
}
