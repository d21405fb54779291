import type { IdSource, Millis, TaskId } from '@ekiden/kernel';
import { safePath, type PathId } from '../app/index.js';
import type { InstanceId } from './instance.js';

export function newInstanceId(app: PathId, ids: IdSource, now: Millis): InstanceId {
  return `${safePath(app)}.instance-${ids.timeBased(now)}` as InstanceId;
}

/** Names of containers of pods hold no `_`: they are never mistaken for one of ours. */
const TASK_SUFFIX = /\.(?:_app|_pod|[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)\.\d+$/;

/** The instance a task id was made for. */
export function instanceIdOfTask(task: TaskId): InstanceId {
  return task.replace(TASK_SUFFIX, '') as InstanceId;
}

/** The number of a task id, 0 for an id that has none. */
export function incarnationOfTask(task: TaskId): number {
  return Number(/\.(\d{1,9})$/.exec(task)?.[1] ?? 0);
}

/** The app a task id was made for: ids hold no `_`, so the safe path reads back. */
export function appIdOfTask(task: TaskId): PathId {
  const cut = task.indexOf('.instance-');
  return `/${task.slice(0, Math.max(0, cut)).replaceAll('_', '/')}` as PathId;
}

/** Marathon's task id since 1.8: the instance id, `_app`, and the incarnation from 1. */
export function taskIdOf(instance: InstanceId, incarnation: number): TaskId {
  return `${instance}._app.${incarnation}` as TaskId;
}

/**
 * The task that is a whole pod instance, to the offer core and to hosts (ADR 0044). People see the
 * tasks of its containers.
 */
export function podTaskIdOf(instance: InstanceId, incarnation: number): TaskId {
  return `${instance}._pod.${incarnation}` as TaskId;
}

/** Marathon's task id of a container of a pod (marathon-api 3.4). */
export function containerTaskIdOf(podTask: TaskId, container: string): TaskId {
  return podTask.replace(/\.[^.]+\.(\d+)$/, `.${container}.$1`) as TaskId;
}
