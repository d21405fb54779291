import { assert, type TaskState } from '@ekiden/kernel';
import type { Condition } from './instance.js';

const TERMINAL: ReadonlySet<Condition> = new Set<Condition>([
  'Finished',
  'Failed',
  'Killed',
  'Error',
  'Gone',
  'Dropped',
]);

/** The task is over; nothing of it runs and it holds no resources. */
export function isTerminal(condition: Condition): boolean {
  return TERMINAL.has(condition);
}

/** A task was placed on an agent and may be running (Marathon's "active"). */
export function isActive(condition: Condition): boolean {
  return !isTerminal(condition) && condition !== 'Scheduled' && condition !== 'UnreachableInactive';
}

/** Its host does not answer: what has become of the task nobody knows. */
export function isOutOfReach(condition: Condition): boolean {
  return condition === 'Unreachable' || condition === 'UnreachableInactive';
}

/** Ends that count as failures of the app and delay its next launch (marathon-behaviour 4.2). */
export function delaysNextLaunch(condition: Condition): boolean {
  return (
    condition === 'Failed' ||
    condition === 'Error' ||
    condition === 'Gone' ||
    condition === 'Dropped' ||
    condition === 'Finished'
  );
}

type Row = Readonly<Partial<Record<TaskState, Condition>>>;

const ENDS: Row = {
  TASK_FINISHED: 'Finished',
  TASK_FAILED: 'Failed',
  TASK_KILLED: 'Killed',
  TASK_ERROR: 'Error',
  TASK_DROPPED: 'Dropped',
  TASK_GONE: 'Gone',
  TASK_GONE_BY_OPERATOR: 'Gone',
};

const LOSES_CONTACT: Row = { TASK_UNREACHABLE: 'Unreachable', TASK_UNKNOWN: 'Unknown' };

/**
 * The life of an instance's task, one row per condition; a missing cell means "late or repeated,
 * ignore". Nothing moves backwards except out of uncertainty (a lost host that answers again).
 */
// prettier-ignore
export const NEXT_CONDITION: Readonly<Record<Condition, Row>> = {
  Scheduled:   {}, // no task yet
  Provisioned: { TASK_STAGING: 'Staging', TASK_STARTING: 'Starting', TASK_RUNNING: 'Running', TASK_KILLING: 'Killing', ...LOSES_CONTACT, ...ENDS },
  Staging:     { TASK_STARTING: 'Starting', TASK_RUNNING: 'Running', TASK_KILLING: 'Killing', ...LOSES_CONTACT, ...ENDS },
  Starting:    { TASK_RUNNING: 'Running', TASK_KILLING: 'Killing', ...LOSES_CONTACT, ...ENDS },
  Running:     { TASK_KILLING: 'Killing', ...LOSES_CONTACT, ...ENDS },
  Killing:     { ...LOSES_CONTACT, ...ENDS },
  Unreachable: { TASK_STARTING: 'Starting', TASK_RUNNING: 'Running', TASK_KILLING: 'Killing', ...ENDS },
  UnreachableInactive: { TASK_STARTING: 'Starting', TASK_RUNNING: 'Running', TASK_KILLING: 'Killing', ...ENDS },
  Unknown:     { TASK_STARTING: 'Starting', TASK_RUNNING: 'Running', TASK_KILLING: 'Killing', ...LOSES_CONTACT, ...ENDS },
  Finished: {}, Failed: {}, Killed: {}, Error: {}, Gone: {}, Dropped: {}, // over
};

/** The condition after a status; the same one when the status is late or repeated. */
export function nextCondition(from: Condition, status: TaskState): Condition {
  assert(from !== 'Scheduled', `status ${status} for an instance without a task`);
  return NEXT_CONDITION[from][status] ?? from;
}
