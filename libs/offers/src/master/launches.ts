import type { AgentId, TaskReason, TaskState } from '@ekiden/kernel';

import type { FrameworkId, OfferOperation, TaskLaunch } from '../framework/index.js';
import {
  addResources,
  formatResources,
  NO_RESOURCES,
  subtractResources,
  type Resources,
} from '../resources/index.js';
import type { Draft, Owner } from './draft.js';
import { has, type Remainder } from './remainder.js';
import type { TaskExecutor, TaskRow } from './rows.js';
import { isTaskOf } from './task-books.js';

type Group = Extract<OfferOperation, { kind: 'LAUNCH_GROUP' }>;

/** What a framework is told of tasks that do not start. */
export interface NotLaunched {
  readonly state: TaskState;
  readonly reason: TaskReason;
  readonly message: string;
}

/** Each task by itself: one that does not fit is answered with TASK_ERROR and hinders no other. */
export function launchEach(draft: Draft, left: Remainder, tasks: readonly TaskLaunch[]): void {
  for (const task of tasks) {
    const rule = launchRule(draft, left, task);
    if (rule !== undefined) {
      const told = { state: 'TASK_ERROR', reason: 'TASK_INVALID', message: rule } as const;
      tellNotLaunched(draft, left.owner.frameworkId, left.owner.agentId, task, told);
      continue;
    }
    left.rest = subtractResources(left.rest, task.resources);
    launch(draft, left.owner, task);
  }
}

/**
 * A pod: all of its tasks, or none and each is told why. Rows and effects are committed together;
 * the host starts them one by one.
 */
export function launchGroup(draft: Draft, left: Remainder, group: Group): void {
  const { tasks, executor } = group;
  const rule = groupRule(draft, left, group);
  if (rule !== undefined) {
    for (const task of tasks) {
      tellNotLaunched(draft, left.owner.frameworkId, left.owner.agentId, task, {
        state: 'TASK_ERROR',
        reason: 'TASK_GROUP_INVALID',
        message: rule,
      });
    }
    return;
  }
  const own = executor ?? { id: `group ${tasks[0]?.taskId ?? ''}`, resources: NO_RESOURCES };
  left.rest = subtractResources(left.rest, groupResources(group));
  for (const task of tasks) launch(draft, left.owner, task, own);
}

export function launch(
  draft: Draft,
  owner: Owner,
  task: TaskLaunch,
  executor?: TaskExecutor,
): void {
  const { now, epoch } = draft.ctx;
  const { taskId, name, resources, info, priority } = task;
  const row: TaskRow = {
    id: taskId,
    frameworkId: owner.frameworkId,
    role: owner.role,
    agentId: owner.agentId,
    name,
    resources,
    state: 'TASK_STAGING',
    info,
    epoch,
    launchedAt: now,
    statusAt: now,
    ...(priority === undefined || priority === 0 ? {} : { priority }),
    ...(executor === undefined ? {} : { executor }),
  };
  draft.tasks.put(row.id, row);
  draft.effects.push({ kind: 'launch', agentId: row.agentId, task: row });
}

/** A task that exists is left alone: the status would be taken for the running one's. */
export function dropLaunches(
  draft: Draft,
  framework: FrameworkId,
  launches: readonly TaskLaunch[],
  agentId: AgentId | undefined,
  told: NotLaunched,
): void {
  for (const task of launches) {
    if (draft.tasks.has(task.taskId)) continue;
    tellNotLaunched(draft, framework, agentId ?? ('' as AgentId), task, told);
  }
}

function tellNotLaunched(
  draft: Draft,
  framework: FrameworkId,
  agentId: AgentId,
  task: TaskLaunch,
  told: NotLaunched,
): void {
  const { taskId } = task;
  draft.emitStatus(framework, { ...told, taskId, agentId, source: 'MASTER', at: draft.ctx.now });
}

function launchRule(draft: Draft, left: Remainder, task: TaskLaunch): string | undefined {
  if (task.resources.length === 0) return 'the task uses no resources';
  if (!isPriority(task.priority)) return 'the priority is a whole number';
  if (has(draft, left, task.resources)) return undefined;
  const texts = [formatResources(task.resources), formatResources(left.rest)];
  return `the task uses ${texts.join(', more than the ')} offered`;
}

function groupRule(draft: Draft, left: Remainder, group: Group): string | undefined {
  const { tasks, executor } = group;
  if (tasks.length === 0) return 'a group has at least one task';
  for (const { resources, priority } of tasks) {
    if (resources.length === 0) return 'a task of the group uses no resources';
    if (!isPriority(priority)) return 'the priority is a whole number';
  }
  if (executor !== undefined) {
    const taken = draft.tasks
      .by('agent', left.owner.agentId)
      .some((task) => isTaskOf(task, executor.id));
    if (taken) return `there is an executor ${executor.id} on the agent already`;
  }
  const wanted = groupResources(group);
  if (has(draft, left, wanted)) return undefined;
  const texts = [formatResources(wanted), formatResources(left.rest)];
  return `the group uses ${texts.join(', more than the ')} offered`;
}

function groupResources({ tasks, executor }: Group): Resources {
  let sum = executor?.resources ?? NO_RESOURCES;
  for (const task of tasks) sum = addResources(sum, task.resources);
  return sum;
}

function isPriority(priority: number | undefined): boolean {
  return priority === undefined || Number.isSafeInteger(priority);
}
