import type { AgentId, TaskStatus } from '@ekiden/kernel';
import { isTerminalTaskState } from '@ekiden/kernel';
import { unknownTaskChanged } from '../events/index.js';
import { appIdOfTask, incarnationOfTask, instanceIdOfTask } from '../instance/index.js';
import type { FoundTask, TurnContext } from '../turn/index.js';

/**
 * What was found on a host and stands in no row. What this database cannot know of is left alone
 * and noted, for an operator to decide; what it once knew and has given up is stopped.
 */
export function judgeStranger(context: TurnContext, agentId: AgentId, found: FoundTask): void {
  const { draft } = context;
  const noted = draft.unknownTasks.get(found.taskId);
  if (noted === undefined && isNewer(context, found)) note(context, agentId, found);
  else if (noted === undefined || noted.removing === true) {
    context.effects.push({ kind: 'kill', agentId, taskId: found.taskId });
  }
}

/** Those of an agent that are not there any more have ended. */
export function forgetEnded(
  { draft }: TurnContext,
  agentId: AgentId,
  found: readonly FoundTask[],
): void {
  const there = new Set(found.map(({ taskId }) => taskId));
  for (const task of draft.unknownTasks.by('agent', agentId)) {
    if (there.has(task.taskId)) continue;
    draft.unknownTasks.remove(task.taskId);
    draft.events.push(unknownTaskChanged(task, 'ended'));
  }
}

/** Its host says that it is over. */
export function noteEnd({ draft }: TurnContext, { taskId, agentId, state }: TaskStatus): void {
  const task = draft.unknownTasks.get(taskId);
  if (task?.agentId !== agentId || !isTerminalTaskState(state)) return;
  draft.unknownTasks.remove(taskId);
  draft.events.push(unknownTaskChanged(task, 'ended'));
}

/**
 * Nothing is launched that was not committed first. So what a later term than ours launched, or
 * what was started while this database heard of nothing and did not wait for, another history of it
 * has launched: one that was lost when an older dump was restored.
 */
function isNewer({ state }: TurnContext, { taskId, epoch, startedAt, waits }: FoundTask): boolean {
  if (waits === true) return false;
  if (epoch > state.epoch) return true;
  const { from, until, launched } = state.blindSpot;
  if (launched.has(taskId)) return false;
  return startedAt !== undefined && startedAt > from && startedAt < until;
}

function note(context: TurnContext, agentId: AgentId, found: FoundTask): void {
  const { draft, master, now } = context;
  const { taskId, epoch, startedAt, hostPorts } = found;
  const task = {
    taskId,
    appId: appIdOfTask(taskId),
    agentId,
    host: master.agent(agentId)?.hostname ?? '',
    epoch,
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(hostPorts === undefined ? {} : { hostPorts }),
    seenAt: now,
  };
  draft.unknownTasks.put(taskId, task);
  draft.events.push(unknownTaskChanged(task, 'found'));
  // Its instance, should it be started again, must not be given the same task id.
  const instance = draft.instances.get(instanceIdOfTask(taskId));
  const incarnation = incarnationOfTask(taskId);
  if (instance !== undefined && incarnation > instance.incarnation) {
    draft.putInstance({ ...instance, incarnation });
  }
}
