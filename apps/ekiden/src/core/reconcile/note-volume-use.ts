import { isTerminalTaskState, type TaskReason, type TaskStatus } from '@ekiden/kernel';
import type { Instance } from '../instance/index.js';
import type { TurnContext } from '../turn/index.js';

/** Ends that say for certain that the task never began. */
const NEVER_BEGAN: ReadonlySet<TaskReason> = new Set<TaskReason>([
  'CONTAINER_LAUNCH_FAILED',
  'FETCH_FAILED',
  'INVALID_OFFERS',
  'PORT_TAKEN',
  'TASK_GROUP_INVALID',
  'TASK_INVALID',
  'TASK_KILLED_DURING_LAUNCH',
  // A host that was told to end it has never heard of it.
  'TASK_UNKNOWN',
]);

/**
 * From the first task that runs on it, and whenever that is not certain, a volume may hold data:
 * it is not deleted any more because a launch came to nothing.
 */
export function noteVolumeUse(
  { draft, now }: TurnContext,
  { reservation, task }: Instance,
  { reason, state }: TaskStatus,
): void {
  if (reservation === undefined) return;
  const ended = isTerminalTaskState(state);
  const began = state === 'TASK_RUNNING' || task?.startedAt !== undefined;
  const mayHaveBegun = ended && (reason === undefined || !NEVER_BEGAN.has(reason));
  if (!began && !mayHaveBegun) return;
  for (const volume of draft.volumes.by('reservation', reservation.id)) {
    const { wipe, ...kept } = volume;
    const undone = wipe?.reason === 'undone';
    if (volume.usedAt !== undefined && !undone) continue;
    const rest = undone ? kept : volume;
    draft.volumes.put(volume.id, { ...rest, usedAt: volume.usedAt ?? now });
  }
}
