import type { TaskState, TaskStatus } from '@ekiden/kernel';

import type { FrameworkEvent, FrameworkInfo } from '../framework/index.js';

/** States that only came with partition awareness; before there was LOST for all of them. */
const PARTITION_STATES: ReadonlySet<TaskState> = new Set<TaskState>([
  'TASK_DROPPED',
  'TASK_UNREACHABLE',
  'TASK_GONE',
  'TASK_GONE_BY_OPERATOR',
  'TASK_UNKNOWN',
]);

/**
 * How a framework is told of a status: without PARTITION_AWARE five states read `TASK_LOST`,
 * without TASK_KILLING_STATE it hears nothing of KILLING, and running when it asks (offer-core 1.6).
 */
export function statusEvent(info: FrameworkInfo, status: TaskStatus): FrameworkEvent | undefined {
  const can = info.capabilities ?? [];
  if (status.state === 'TASK_KILLING' && !can.includes('TASK_KILLING_STATE')) {
    if (status.reason !== 'RECONCILIATION') return undefined;
    return { kind: 'status', status: { ...status, state: 'TASK_RUNNING' } };
  }
  if (!PARTITION_STATES.has(status.state) || can.includes('PARTITION_AWARE')) {
    return { kind: 'status', status };
  }
  return { kind: 'status', status, legacyState: 'TASK_LOST' };
}
