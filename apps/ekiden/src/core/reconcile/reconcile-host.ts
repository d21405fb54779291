import { isTerminalTaskState, type TaskStatus } from '@ekiden/kernel';
import type { TaskRow } from '@ekiden/offers';
import { appIdOfTask } from '../instance/index.js';
import type { TurnContext, WorldCommand } from '../turn/index.js';
import { executorOfTask } from './executor-of-task.js';
import { forgetEnded, judgeStranger } from './note-unknown.js';
import { forgetAsk } from './pass-kill-on.js';

/**
 * Compares what a host was found to run with what the state says it should (DESIGN 4, crash
 * answers): a launch that was committed but never reached the host is repeated, a task the host
 * has lost is gone, a task nobody knows is stopped, unless it is newer than this database: then it
 * is left alone (rollouts.md, restore).
 */
export function reconcileHost(
  context: TurnContext,
  { agentId, found, unasked = [] }: Extract<WorldCommand, { kind: 'hostRecovered' }>,
): void {
  const { draft, master, state, now } = context;
  // The host reports before any launch of this turn reaches it: committed tasks are all there are.
  const there = new Map(found.map((task) => [task.taskId, task]));
  const known = new Set<string>();
  for (const task of state.master.state.tasks.by('agent', agentId)) {
    known.add(task.id);
    if (isTerminalTaskState(task.state)) continue;
    if (unasked.length > 0 && !there.has(task.id)) {
      const executor = executorOfTask(context, task);
      // A task of an unknown kind is given up: should it turn up later, it is stopped.
      if (executor !== undefined && unasked.includes(executor)) continue;
    }
    // A kill that was passed on before the host was listening did not arrive.
    forgetAsk(draft, task.id);
    for (const { appId } of draft.instances.by('task', task.id)) draft.dirty.add(appId);
    const onHost = there.get(task.id);
    const owned = draft.instances.by('task', task.id).length > 0;
    if (onHost !== undefined && !owned && task.frameworkId === state.frameworkId) {
      draft.disown({ taskId: task.id, appId: appIdOfTask(task.id) });
      continue;
    }
    if (onHost !== undefined && onHost.waits !== true) {
      if (onHost.runs === true && task.state === 'TASK_UNREACHABLE') seenAgain(context, task);
      continue;
    }
    if (task.state === 'TASK_STAGING' && task.info !== null) {
      context.effects.push({
        kind: 'launch',
        agentId,
        taskId: task.id,
        info: task.info,
        epoch: state.epoch,
      });
      continue;
    }
    if (onHost !== undefined) {
      // All but started, and what it takes to start it is not kept any longer: another one will.
      context.effects.push({ kind: 'kill', agentId, taskId: task.id });
      continue;
    }
    const gone: TaskStatus = {
      taskId: task.id,
      agentId,
      state: 'TASK_GONE',
      source: 'MASTER',
      reason: 'RECONCILIATION',
      message: 'The task is not on its host any more',
      at: now,
    };
    master.status(gone);
  }
  for (const task of found) if (!known.has(task.taskId)) judgeStranger(context, agentId, task);
  if (unasked.length === 0) forgetEnded(context, agentId, found);
}

/** Its host repeats only what was not acknowledged: that a lost task runs on has to be said here. */
function seenAgain({ master, now }: TurnContext, { id, agentId }: TaskRow): void {
  master.status({
    taskId: id,
    agentId,
    state: 'TASK_RUNNING',
    source: 'MASTER',
    reason: 'RECONCILIATION',
    message: 'The host is back, and the task runs on',
    at: now,
  });
}
