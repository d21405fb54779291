import { isTerminalTaskState, mayFollow, type TaskReason } from '@ekiden/kernel';
import type { AgentId, TaskId, TaskState, TaskStatus } from '@ekiden/kernel';

import type { FrameworkId } from '../framework/index.js';
import type { Draft } from './draft.js';
import { settleInverse } from './inverse-offers.js';
import type { StatusOutcome, TaskRow } from './rows.js';
import { recoverTask } from './task-books.js';
import { finishTeardown } from './teardown.js';

/**
 * Brings one observation into the books. States only move forward; within a state a change of
 * health or addresses is news. The end of a task frees its resources at once.
 *
 * There are no update ids as in Mesos: a status is part of the turn that is committed, and what
 * the host repeats is found to be stale. Its acknowledgement is that commit.
 */
export function applyStatus(draft: Draft, observed: TaskStatus): StatusOutcome {
  const row = draft.tasks.get(observed.taskId);
  if (row === undefined) return 'unknownTask';
  if (row.agentId !== observed.agentId) return 'stale';
  if (!mayFollow(row.state, observed.state) && !isNews(row, observed)) return 'stale';
  const update = isKill(observed.state) ? killedFor(draft, row, observed) : observed;
  const after = rowAfter(row, update);
  const framework = draft.framework(row.frameworkId);
  if (isTerminalTaskState(update.state)) {
    if (framework.connected || framework.tearingDown) draft.tasks.remove(row.id);
    else draft.tasks.put(row.id, after);
    recoverTask(draft, row);
    draft.evictions.remove(row.id);
    settleInverse(draft, row.frameworkId, row.agentId);
    if (framework.tearingDown) finishTeardown(draft, framework);
  } else {
    draft.tasks.put(row.id, after);
  }
  draft.emitStatus(row.frameworkId, update);
  return framework.connected ? 'forwarded' : 'recorded';
}

/** A status the master itself gives for every task of an agent that can still change. */
export function applyToTasksOf(
  draft: Draft,
  agentId: AgentId,
  told: { readonly state: TaskState; readonly reason: TaskReason; readonly message: string },
): void {
  const at = draft.ctx.now;
  for (const task of draft.tasks.by('agent', agentId)) {
    const status: TaskStatus = { ...told, taskId: task.id, agentId, source: 'MASTER', at };
    applyStatus(draft, status);
  }
}

/** The latest state of a known task, as an answer to a question (offer-core 1.6). */
export function latestStatus(draft: Draft, row: TaskRow): TaskStatus {
  const { id: taskId, agentId, state } = row;
  return {
    ...row.lastStatus,
    taskId,
    agentId,
    state,
    source: 'MASTER',
    reason: 'RECONCILIATION',
    at: draft.ctx.now,
  };
}

/**
 * Answers for a task nobody knows, by what is known of its host. Nothing at all is said while the
 * host (or, when none is named, any host) may still come back from a restart and report it.
 */
export function reconcileUnknown(
  draft: Draft,
  frameworkId: FrameworkId,
  asked: { readonly taskId: TaskId; readonly agentId?: AgentId },
): void {
  const state = stateOfUnknown(draft, asked.agentId);
  if (state === undefined) return;
  draft.emitStatus(frameworkId, {
    taskId: asked.taskId,
    agentId: asked.agentId ?? ('' as AgentId),
    state,
    source: 'MASTER',
    reason: 'RECONCILIATION',
    at: draft.ctx.now,
  });
}

function stateOfUnknown(draft: Draft, agentId: AgentId | undefined): TaskState | undefined {
  if (agentId === undefined) {
    for (const agent of draft.agents.values()) {
      if (!agent.registered && agent.reachable) return undefined;
    }
    return 'TASK_UNKNOWN';
  }
  const agent = draft.agents.get(agentId);
  if (agent === undefined) return 'TASK_UNKNOWN';
  if (agent.goneSince !== undefined) return 'TASK_GONE_BY_OPERATOR';
  if (!agent.reachable) return 'TASK_UNREACHABLE';
  return agent.registered ? 'TASK_GONE' : undefined;
}

function isKill(state: TaskState): boolean {
  return state === 'TASK_KILLED' || state === 'TASK_KILLING';
}

/** The host says that it killed the task; why it was told to, only the master knows. */
function killedFor(draft: Draft, row: TaskRow, update: TaskStatus): TaskStatus {
  const drain = draft.agents.get(row.agentId)?.drain;
  if (drain?.killing === true) {
    const gone = drain.markGone === true && update.state === 'TASK_KILLED';
    const state = gone ? 'TASK_GONE_BY_OPERATOR' : update.state;
    return { ...update, state, reason: 'AGENT_DRAINING' };
  }
  if (draft.evictions.get(row.id)?.killed === true) {
    return { ...update, reason: 'CONTAINER_PREEMPTED' };
  }
  return update;
}

function isNews(row: TaskRow, update: TaskStatus): boolean {
  if (row.state !== update.state || isTerminalTaskState(row.state)) return false;
  if (update.healthy !== undefined && update.healthy !== row.healthy) return true;
  const { ipAddresses } = update;
  return ipAddresses !== undefined && ipAddresses.join() !== row.lastStatus?.ipAddresses?.join();
}

function rowAfter(row: TaskRow, update: TaskStatus): TaskRow {
  const { id, unreachableSince: _since, ...rest } = row;
  // A host that went away before it reported anything may still have to be told again.
  const pending = row.info !== null && !isObserved(update.state);
  const isLost = update.state === 'TASK_UNREACHABLE';
  return {
    // A field first: what begins with a spread gets a hidden class of its own (ADR 0062).
    id,
    ...rest,
    state: update.state,
    info: pending ? row.info : null,
    statusAt: update.at,
    lastStatus: update,
    ...(isLost ? { unreachableSince: update.at } : {}),
    ...(isLost || update.healthy === undefined ? {} : { healthy: update.healthy }),
  };
}

function isObserved(state: TaskState): boolean {
  return state !== 'TASK_STAGING' && state !== 'TASK_UNREACHABLE' && state !== 'TASK_UNKNOWN';
}
