import type { IdSource, Millis, TaskId } from '@ekiden/kernel';
import { safePath, type PathId } from '../app/index.js';
import type { InstanceId } from './instance.js';

export function newInstanceId(app: PathId, ids: IdSource, now: Millis): InstanceId {
  return `${safePath(app)}.instance-${ids.timeBased(now)}` as InstanceId;
}

/** Marathon's task id since 1.8: the instance id, `_app`, and the incarnation from 1. */
export function taskIdOf(instance: InstanceId, incarnation: number): TaskId {
  return `${instance}._app.${incarnation}` as TaskId;
}
