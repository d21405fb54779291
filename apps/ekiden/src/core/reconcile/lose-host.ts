import { isTerminalTaskState } from '@ekiden/kernel';
import type { TurnContext, WorldCommand } from '../turn/index.js';
import { executorOfTask } from './executor-of-task.js';

/**
 * A host, or what runs one kind of its tasks, does not answer: those tasks are uncertain. An agent
 * that has lost one of its executors goes on with the other (decisions.md, Hosts).
 */
export function loseHost(
  context: TurnContext,
  { agentId, reason, executor }: Extract<WorldCommand, { kind: 'agentUnreachable' }>,
): void {
  const { master, state, now } = context;
  if (executor === undefined) {
    master.agentUnreachable(agentId, reason);
    return;
  }
  for (const task of state.master.state.tasks.by('agent', agentId)) {
    if (isTerminalTaskState(task.state) || executorOfTask(context, task) !== executor) continue;
    master.status({
      taskId: task.id,
      agentId,
      state: 'TASK_UNREACHABLE',
      source: 'MASTER',
      reason: 'AGENT_DISCONNECTED',
      message: reason,
      at: now,
    });
  }
}
