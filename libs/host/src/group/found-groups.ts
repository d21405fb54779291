import { millis, present, type TaskId } from '@ekiden/kernel';
import type { AdoptedTask } from '../executor.js';
import type { GroupMark } from '../task-spec.js';
import { endOfGroup } from './group-ends.js';

/** A member of a group that was found on the host. */
export interface FoundMember extends AdoptedTask {
  readonly group: GroupMark;
}

/** What was found, by group; what belongs to none stays as it is. */
export function sortFound(found: readonly AdoptedTask[]): {
  readonly single: readonly AdoptedTask[];
  readonly groups: ReadonlyMap<TaskId, readonly FoundMember[]>;
} {
  const single: AdoptedTask[] = [];
  const groups = new Map<TaskId, FoundMember[]>();
  for (const task of found) {
    const { group } = task;
    if (group === undefined) {
      single.push(task);
      continue;
    }
    const member = { ...task, group };
    const siblings = groups.get(group.taskId);
    if (siblings === undefined) groups.set(group.taskId, [member]);
    else siblings.push(member);
  }
  return { single, groups };
}

/** Whether members were found that make up the whole group. */
export function isWhole(members: readonly FoundMember[]): boolean {
  return members.length === members[0]?.group.size;
}

/**
 * A group as one task. It is prepared while nothing of it has run, over when nothing of it is left
 * to stop, and running in between: whoever waits for a running one that is not whole ends it.
 */
export function adoptedGroup(members: readonly FoundMember[]): AdoptedTask {
  const first = present(members[0], 'a member of a group that was found');
  const started = members.flatMap(({ startedAt }) => startedAt ?? []);
  const shared = {
    taskId: first.group.taskId,
    epoch: Math.max(...members.map(({ epoch }) => epoch)),
    killGracePeriod: millis(Math.max(...members.map((member) => member.killGracePeriod))),
    // Of one that ends by itself the others are stopped, too: it was not asked for.
    killAsked: members.every(({ killAsked, phase }) => killAsked || phase === 'prepared'),
    ...(started.length === 0 ? {} : { startedAt: millis(Math.min(...started)) }),
  };
  if (members.every(({ phase }) => phase === 'prepared')) {
    return { ...shared, phase: 'prepared', killAsked: false };
  }
  if (!members.every(({ phase }) => phase === 'exited')) return { ...shared, phase: 'running' };
  const ended = members.map(({ taskId, group, exit, killAsked }) => ({
    taskId,
    name: group.name,
    exit: exit ?? { exitCode: null, message: 'Nobody saw how it ended' },
    stopped: killAsked,
  }));
  return { ...shared, phase: 'exited', exit: endOfGroup(ended, !isWhole(members)) };
}
