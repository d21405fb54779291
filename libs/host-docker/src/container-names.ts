import type { TaskId } from '@ekiden/kernel';

const KILLED = '.killed';

/**
 * The name of a task's container: the same wherever it is made, so that the engine itself refuses a
 * second one. Once a kill was asked for the container is renamed, because a name can be changed and
 * labels cannot: a service that comes later must know why the task ended.
 */
export function containerName(taskId: TaskId): string {
  return `ekiden-${taskId.replace(/[^a-zA-Z0-9_.-]/g, '_')}`;
}

export function killedName(taskId: TaskId): string {
  return `${containerName(taskId)}${KILLED}`;
}

export function isKilledName(name: string, taskId: TaskId): boolean {
  return name === killedName(taskId);
}
