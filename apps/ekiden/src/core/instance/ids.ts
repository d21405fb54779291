import type { IdSource, Millis, TaskId } from '@ekiden/kernel';
import { safePath, type PathId } from '../app/index.js';
import type { InstanceId } from './instance.js';

export function newInstanceId(app: PathId, ids: IdSource, now: Millis): InstanceId {
  return `${safePath(app)}.instance-${ids.timeBased(now)}` as InstanceId;
}

const TASK_SUFFIX = /\._app\.\d+$/;

/** The instance a task id was made for. */
export function instanceIdOfTask(task: TaskId): InstanceId {
  return task.replace(TASK_SUFFIX, '') as InstanceId;
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
