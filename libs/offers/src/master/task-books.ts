import { isTerminalTaskState } from '@ekiden/kernel';

import { addResources, NO_RESOURCES, type Resources } from '../resources/index.js';
import type { Draft } from './draft.js';
import type { TaskRow } from './rows.js';

/** Frees what a task had that is over; with the last of a group what its executor had. */
export function recoverTask(draft: Draft, row: TaskRow): void {
  draft.recover(row, row.resources);
  const { executor } = row;
  if (executor === undefined || executor.resources.length === 0) return;
  const others = draft.tasks
    .by('agent', row.agentId)
    .some((task) => task.id !== row.id && isTaskOf(task, executor.id));
  if (!others) draft.recover(row, executor.resources);
}

export function isTaskOf(task: TaskRow, executorId: string): boolean {
  return task.executor?.id === executorId && !isTerminalTaskState(task.state);
}

/** What living tasks of one agent use together, each executor once. */
export class Usage {
  used: Resources = NO_RESOURCES;
  private executors: Set<string> | undefined;

  add(task: TaskRow): void {
    if (isTerminalTaskState(task.state)) return;
    this.used = addResources(this.used, task.resources);
    const { executor } = task;
    if (executor === undefined) return;
    this.executors ??= new Set();
    if (this.executors.has(executor.id)) return;
    this.executors.add(executor.id);
    this.used = addResources(this.used, executor.resources);
  }
}
