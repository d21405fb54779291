import type { TaskId } from '@ekiden/kernel';
import { badRequest, unprocessable } from '../http/index.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** `<safe path>.instance-<uuid>[.<container>[.<incarnation>]]`, the form since Marathon 1.4. */
const OF_INSTANCE = /^.+\.(?:instance-|marathon-)[^.]+(?:\..+)?$/s;

/** `<safe path>.<uuid>[.<attempt>]` and `<safe path>_<uuid>`, the older forms. */
const LEGACY = /^.+?[._]([^._]+)(?:\.\d+)?$/s;

/**
 * Checks the form of a task id (marathon-api 3.4). Throws a `Problem`: 400 for what is no id at
 * all, 422 for an old form without a UUID in it.
 */
export function parseTaskId(text: string): TaskId {
  if (OF_INSTANCE.test(text)) return text as TaskId;
  const uuid = LEGACY.exec(text)?.[1];
  if (uuid === undefined) {
    throw badRequest(`Invalid task id '${text}'. [taskId ${text} no valid identifier]`);
  }
  if (!UUID.test(uuid)) throw unprocessable(`Invalid UUID string: ${uuid}`);
  return text as TaskId;
}
