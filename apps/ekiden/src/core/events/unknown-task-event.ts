import type { AgentId, TaskId } from '@ekiden/kernel';
import type { PathId } from '../app/index.js';
import type { DomainEvent, UnknownTaskEvent } from './domain-event.js';

export function unknownTaskChanged(
  task: {
    readonly taskId: TaskId;
    readonly appId: PathId;
    readonly agentId: AgentId;
    readonly host: string;
  },
  state: UnknownTaskEvent['state'],
): DomainEvent {
  const { taskId, appId, agentId, host } = task;
  return { type: 'unknown_task_changed_event', taskId, appId, host, slaveId: agentId, state };
}
