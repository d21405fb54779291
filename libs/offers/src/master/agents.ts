import { isTerminalTaskState, type AgentId, type Millis } from '@ekiden/kernel';

import { equalResources, formatAttributes, withoutPorts } from '../resources/index.js';
import type { Draft } from './draft.js';
import type { AgentInfo, AgentRow } from './rows.js';
import { applyToTasksOf } from './statuses.js';

/**
 * A host says what it is: for the first time, again after a restart of either side, or changed.
 * Saying the same again changes nothing. Offers that say something else are rescinded.
 */
export function registerAgent(draft: Draft, info: AgentInfo): void {
  const before = draft.agents.get(info.id);
  const activated = before?.activated ?? true;
  const row: AgentRow = { ...agentInfo(info), activated, reachable: true, registered: true };
  if (before === undefined) {
    draft.agents.put(info.id, row);
    draft.touched.add(info.id);
    draft.allocator.reduce({ kind: 'agentAdded', agent: draft.facts(row), active: true });
    return;
  }
  const same = sameInfo(before, row);
  if (same && before.registered && before.reachable) return;
  if (!same) draft.discardOffersOfAgent(info.id, 'the agent has changed');
  if (!same) draft.allocator.reduce({ kind: 'agentChanged', agent: draft.facts(row) });
  update(draft, before, row);
  killOrphans(draft, info.id);
}

/** Nobody hears from the host: its tasks are uncertain and nothing is offered there. */
export function agentUnreachable(draft: Draft, id: AgentId, reason: string): void {
  const row = draft.agents.get(id);
  if (row?.reachable !== true) return;
  draft.discardOffersOfAgent(id, reason);
  update(draft, row, { ...row, reachable: false, unreachableSince: draft.ctx.now });
  const state = 'TASK_UNREACHABLE';
  applyToTasksOf(draft, id, { state, reason: 'AGENT_DISCONNECTED', message: reason });
}

/** The host answers again; what became of its tasks it says by statuses. */
export function agentReachable(draft: Draft, id: AgentId): void {
  const row = draft.agents.get(id);
  if (row === undefined || row.reachable) return;
  const { unreachableSince: _since, ...rest } = row;
  update(draft, row, { ...rest, reachable: true });
  killOrphans(draft, id);
}

/** The host is gone for good, and its tasks with it. */
export function removeAgent(draft: Draft, id: AgentId, reason: string): void {
  if (!draft.agents.has(id)) return;
  draft.discardOffersOfAgent(id, reason);
  applyToTasksOf(draft, id, { state: 'TASK_GONE', reason: 'AGENT_REMOVED', message: reason });
  draft.touched.add(id);
  draft.agents.remove(id);
  draft.withheld.remove(id);
  draft.allocator.reduce({ kind: 'agentRemoved', agentId: id });
}

/** Keeps new tasks away from the host, or lets them in again; what runs stays. */
export function setActivated(draft: Draft, id: AgentId, activated: boolean): void {
  const row = draft.agents.get(id);
  if (row === undefined || row.activated === activated) return;
  if (!activated) draft.discardOffersOfAgent(id, 'the agent was deactivated');
  update(draft, row, { ...row, activated });
}

/** Leaves ports out of offers until then; offers that hold one of them are rescinded. */
export function withholdPorts(
  draft: Draft,
  agentId: AgentId,
  ports: readonly number[],
  until: Millis,
): void {
  const row = draft.agents.get(agentId);
  if (row === undefined || ports.length === 0) return;
  const others = (draft.withheld.get(agentId)?.ports ?? []).filter(
    (entry) => !ports.includes(entry.port),
  );
  const now = [...new Set(ports)].map((port) => ({ port, until }));
  draft.withheld.put(agentId, { agentId, ports: [...others, ...now] });
  draft.touched.add(agentId);
  for (const offer of draft.offers.by('agent', agentId)) {
    if (equalResources(withoutPorts(offer.resources, ports), offer.resources)) continue;
    draft.discardOffer(offer, 'somebody else holds ports of it');
  }
  draft.allocator.reduce({ kind: 'agentChanged', agent: draft.facts(row) });
}

/** Ports whose time is over are offered again. */
export function expireWithheld(draft: Draft): void {
  for (const entry of [...draft.withheld.values()]) {
    const left = entry.ports.filter((port) => port.until > draft.ctx.now);
    if (left.length === entry.ports.length) continue;
    if (left.length === 0) draft.withheld.remove(entry.agentId);
    else draft.withheld.put(entry.agentId, { agentId: entry.agentId, ports: left });
    const row = draft.agents.get(entry.agentId);
    if (row === undefined) continue;
    draft.touched.add(row.id);
    draft.allocator.reduce({ kind: 'agentChanged', agent: draft.facts(row) });
  }
}

export function isOfferable(row: AgentRow): boolean {
  return row.activated && row.reachable && row.registered;
}

function update(draft: Draft, before: AgentRow, after: AgentRow): void {
  draft.agents.put(after.id, after);
  draft.touched.add(after.id);
  if (isOfferable(before) === isOfferable(after)) return;
  const kind = isOfferable(after) ? 'agentActivated' : 'agentDeactivated';
  draft.allocator.reduce({ kind, agentId: after.id });
}

/** A host that comes back may have missed the end of a framework. */
function killOrphans(draft: Draft, agentId: AgentId): void {
  for (const task of draft.tasks.by('agent', agentId)) {
    if (isTerminalTaskState(task.state)) continue;
    if (draft.frameworks.get(task.frameworkId)?.tearingDown !== true) continue;
    draft.effects.push({ kind: 'kill', agentId, taskId: task.id });
  }
}

function agentInfo(info: AgentInfo): AgentInfo {
  const { id, hostname, attributes, domain, total } = info;
  const bare = { id, hostname, attributes, total };
  return domain === undefined ? bare : { ...bare, domain };
}

function sameInfo(a: AgentInfo, b: AgentInfo): boolean {
  return (
    a.hostname === b.hostname &&
    a.domain?.region === b.domain?.region &&
    a.domain?.zone === b.domain?.zone &&
    formatAttributes(a.attributes) === formatAttributes(b.attributes) &&
    equalResources(a.total, b.total)
  );
}
