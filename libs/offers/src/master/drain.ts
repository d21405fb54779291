import { isTerminalTaskState, type AgentId, type Millis } from '@ekiden/kernel';

import { markAgentGone, updateAgent } from './agents.js';
import type { Draft } from './draft.js';
import { forgetInverse, holdersOn, sendInverse } from './inverse-offers.js';
import type { AgentDrain, AgentRow } from './rows.js';

export interface DrainOptions {
  /** When what is still there is killed; absent = at once. */
  readonly deadline?: Millis;
  /** Once drained the agent is gone for good and cannot register again. */
  readonly markGone?: boolean;
  /** For people. */
  readonly reason?: string;
}

/**
 * Empties an agent (DRAIN_AGENT of Mesos 1.9): nothing more is offered there, frameworks are asked
 * to leave by the deadline, and then its tasks are killed. Said again, it replaces the options.
 */
export function drainAgent(draft: Draft, id: AgentId, options: DrainOptions): void {
  const row = draft.agents.get(id);
  if (row === undefined || row.goneSince !== undefined) return;
  const { now } = draft.ctx;
  const begun = row.drain?.killing === true ? row.drain.deadline : now;
  const drain: AgentDrain = {
    state: 'DRAINING',
    since: row.drain?.since ?? now,
    deadline: options.deadline ?? begun,
    ...(options.markGone === true ? { markGone: true } : {}),
    ...(options.reason === undefined ? {} : { reason: options.reason }),
    tasks: row.drain?.tasks ?? livingTasks(draft, id),
  };
  if (isSameDrain(row.drain, drain)) return;
  draft.discardOffersOfAgent(id, 'the agent is drained');
  forgetInverse(draft, id, ['drain'], 'the agent is drained at another time');
  const after = { ...row, drain };
  updateAgent(draft, row, after);
  const inverse = holdersOn(draft, id).map((frameworkId) => ({
    frameworkId,
    agentId: id,
    hostname: row.hostname,
    cause: 'drain' as const,
    unavailability: { start: drain.deadline },
  }));
  sendInverse(draft, inverse);
  if (drain.deadline <= now) killAll(draft, after, drain);
  settle(draft, id);
}

/** Kills what is left on agents whose deadline has come; with its last task one is drained. */
export function progressDrains(draft: Draft): void {
  for (const row of draft.agents.by('drain', 'DRAINING')) {
    const { drain } = row;
    const due = drain !== undefined && drain.killing !== true && drain.deadline <= draft.ctx.now;
    if (due) killAll(draft, row, drain);
    settle(draft, row.id);
  }
}

/** The next deadline of a drain that has not come yet. */
export function nextDrain(draft: Draft): Millis | undefined {
  let next: Millis | undefined;
  for (const { drain } of draft.agents.by('drain', 'DRAINING')) {
    if (drain === undefined || drain.killing === true) continue;
    if (next === undefined || drain.deadline < next) next = drain.deadline;
  }
  return next;
}

function settle(draft: Draft, id: AgentId): void {
  const row = draft.agents.get(id);
  if (row?.drain?.state !== 'DRAINING') return;
  if (livingTasks(draft, id) > 0) return;
  if (row.drain.markGone === true) {
    markAgentGone(draft, id, 'the agent is drained and given up');
    return;
  }
  updateAgent(draft, row, { ...row, drain: { ...row.drain, state: 'DRAINED' } });
}

function livingTasks(draft: Draft, id: AgentId): number {
  return draft.tasks.by('agent', id).filter(({ state }) => !isTerminalTaskState(state)).length;
}

function isSameDrain(a: AgentDrain | undefined, b: AgentDrain): boolean {
  return a?.deadline === b.deadline && a.markGone === b.markGone && a.reason === b.reason;
}

function killAll(draft: Draft, row: AgentRow, drain: AgentDrain): void {
  updateAgent(draft, row, { ...row, drain: { ...drain, killing: true } });
  for (const task of draft.tasks.by('agent', row.id)) {
    if (isTerminalTaskState(task.state)) continue;
    draft.effects.push({ kind: 'kill', agentId: row.id, taskId: task.id });
  }
}
