import { isTerminalTaskState, type AgentId } from '@ekiden/kernel';

import { equalResources, formatAttributes, type Resources } from '../resources/index.js';
import { isOfferable } from './agent-facts.js';
import { rebasedTotal } from './agent-total.js';
import type { Draft } from './draft.js';
import { forgetInverse } from './inverse-offers.js';
import type { AgentInfo, AgentRow } from './rows.js';
import { applyToTasksOf } from './statuses.js';

/** Agents that are gone by an operator's word are remembered, the latest so many of them. */
const GONE_MAX = 1000;

const NEW_AGENT = { activated: true, reachable: true, registered: true };

/**
 * A host says what it is: for the first time, again after a restart of either side, or changed.
 * Saying the same again changes nothing. Offers that say something else are rescinded. False for a
 * host that an operator gave up: it may not come back under this id.
 */
export function registerAgent(draft: Draft, info: AgentInfo): boolean {
  const before = draft.agents.get(info.id);
  if (before?.goneSince !== undefined) return false;
  if (before === undefined) {
    // A field first: what begins with a spread gets a hidden class of its own (ADR 0062).
    const row: AgentRow = { id: info.id, ...agentInfo(info, info.total), ...NEW_AGENT };
    draft.agents.put(info.id, row);
    draft.touched.add(info.id);
    draft.allocator.reduce({ kind: 'agentAdded', agent: draft.facts(row), active: true });
    return true;
  }
  const row = rowAfter(before, info);
  const same = sameInfo(before, row);
  if (same && before.registered && before.reachable) return true;
  if (!same) draft.discardOffersOfAgent(info.id, 'the agent has changed');
  if (!same) draft.allocator.reduce({ kind: 'agentChanged', agent: draft.facts(row) });
  updateAgent(draft, before, row);
  repeatKills(draft, row);
  return true;
}

/** Nobody hears from the host: its tasks are uncertain and nothing is offered there. */
export function agentUnreachable(draft: Draft, id: AgentId, reason: string): void {
  const row = draft.agents.get(id);
  if (row?.reachable !== true) return;
  draft.discardOffersOfAgent(id, reason);
  updateAgent(draft, row, { ...row, reachable: false, unreachableSince: draft.ctx.now });
  const state = 'TASK_UNREACHABLE';
  applyToTasksOf(draft, id, { state, reason: 'AGENT_DISCONNECTED', message: reason });
}

/** The host answers again; what became of its tasks it says by statuses. */
export function agentReachable(draft: Draft, id: AgentId): void {
  const row = draft.agents.get(id);
  if (row === undefined || row.reachable || row.goneSince !== undefined) return;
  const { unreachableSince: _since, ...rest } = row;
  const after = { ...rest, reachable: true };
  updateAgent(draft, row, after);
  repeatKills(draft, after);
}

/** The host is gone for good, and its tasks with it. It may register again as a new one. */
export function removeAgent(draft: Draft, id: AgentId, reason: string): void {
  const row = draft.agents.get(id);
  if (row === undefined) return;
  draft.touched.add(id);
  if (row.goneSince === undefined) {
    const told = { state: 'TASK_GONE', reason: 'AGENT_REMOVED', message: reason } as const;
    leaveBooks(draft, id, reason);
    applyToTasksOf(draft, id, told);
    draft.allocator.reduce({ kind: 'agentRemoved', agentId: id });
  }
  draft.agents.remove(id);
}

/**
 * An operator vouches that the host never comes back: its tasks are TASK_GONE_BY_OPERATOR, and its
 * id cannot register again (offer-core 1.6).
 */
export function markAgentGone(draft: Draft, id: AgentId, reason: string): void {
  const row = draft.agents.get(id);
  if (row === undefined || row.goneSince !== undefined) return;
  leaveBooks(draft, id, reason);
  applyToTasksOf(draft, id, {
    state: 'TASK_GONE_BY_OPERATOR',
    reason: 'AGENT_REMOVED_BY_OPERATOR',
    message: reason,
  });
  draft.touched.add(id);
  draft.allocator.reduce({ kind: 'agentRemoved', agentId: id });
  const { drain: _drain, unavailability: _window, ...rest } = row;
  const goneSince = draft.ctx.now;
  draft.agents.put(id, { ...rest, reachable: false, registered: false, goneSince });
  const gone = draft.agents.by('gone', 'yes');
  if (gone.length <= GONE_MAX) return;
  const oldest = [...gone].sort((a, b) => (a.goneSince ?? 0) - (b.goneSince ?? 0));
  for (const each of oldest.slice(0, gone.length - GONE_MAX)) draft.agents.remove(each.id);
}

/** Keeps new tasks away from the host, or lets them in again, which also ends its drain. */
export function setActivated(draft: Draft, id: AgentId, activated: boolean): void {
  const row = draft.agents.get(id);
  if (row === undefined || row.goneSince !== undefined) return;
  if (!activated) {
    if (!row.activated) return;
    draft.discardOffersOfAgent(id, 'the agent was deactivated');
    updateAgent(draft, row, { ...row, activated });
    return;
  }
  if (row.activated && row.drain === undefined) return;
  const { drain, ...rest } = row;
  if (drain !== undefined) forgetInverse(draft, id, ['drain'], 'the agent is in use again');
  updateAgent(draft, row, { ...rest, activated });
}

/** Puts the row and tells the allocator when it changes whether the host may be offered. */
export function updateAgent(draft: Draft, before: AgentRow, after: AgentRow): void {
  draft.agents.put(after.id, after);
  draft.touched.add(after.id);
  if (isOfferable(before) === isOfferable(after)) return;
  const kind = isOfferable(after) ? 'agentActivated' : 'agentDeactivated';
  draft.allocator.reduce({ kind, agentId: after.id });
}

function leaveBooks(draft: Draft, id: AgentId, reason: string): void {
  draft.discardOffersOfAgent(id, reason);
  forgetInverse(draft, id, ['maintenance', 'drain', 'preemption'], reason);
  draft.withheld.remove(id);
}

/** A host that comes back may have missed that its tasks were to end. */
function repeatKills(draft: Draft, row: AgentRow): void {
  for (const task of draft.tasks.by('agent', row.id)) {
    if (isTerminalTaskState(task.state)) continue;
    const doomed =
      row.drain?.killing === true ||
      draft.evictions.get(task.id)?.killed === true ||
      draft.frameworks.get(task.frameworkId)?.tearingDown === true;
    if (doomed) draft.effects.push({ kind: 'kill', agentId: row.id, taskId: task.id });
  }
}

/** What the host says, and what of the row it does not speak about. */
function rowAfter(before: AgentRow, info: AgentInfo): AgentRow {
  const { activated, unavailability, drain } = before;
  const { total, reported } = rebasedTotal(before, info.total);
  return {
    id: info.id,
    ...agentInfo(info, total),
    ...NEW_AGENT,
    activated,
    ...(reported === undefined ? {} : { reported }),
    ...(unavailability === undefined ? {} : { unavailability }),
    ...(drain === undefined ? {} : { drain }),
  };
}

/** What the row takes of it beside its id, and nothing else the caller may have there. */
function agentInfo(info: AgentInfo, total: Resources): Omit<AgentInfo, 'id'> {
  const { hostname, attributes, domain, capabilities } = info;
  return {
    hostname,
    attributes,
    ...(domain === undefined ? {} : { domain }),
    total,
    ...(capabilities === undefined ? {} : { capabilities }),
  };
}

function sameInfo(a: AgentRow, b: AgentRow): boolean {
  return (
    a.hostname === b.hostname &&
    a.domain?.region === b.domain?.region &&
    a.domain?.zone === b.domain?.zone &&
    a.capabilities?.join() === b.capabilities?.join() &&
    formatAttributes(a.attributes) === formatAttributes(b.attributes) &&
    equalResources(a.total, b.total) &&
    equalResources(a.reported ?? a.total, b.reported ?? b.total)
  );
}
