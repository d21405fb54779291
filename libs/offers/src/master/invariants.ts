import { isTerminalTaskState, type AgentId, type Change } from '@ekiden/kernel';

import type { Offer } from '../framework/index.js';
import {
  addResources,
  containsResources,
  equalResources,
  formatResources,
  NO_RESOURCES,
  subtractSaturating,
} from '../resources/index.js';
import type { Resources } from '../resources/index.js';
import { isOfferable } from './agents.js';
import type { Draft } from './draft.js';
import type { TaskRow } from './rows.js';

/**
 * What must hold at the end of a turn, checked for the agents the turn touched: offered + used +
 * free = total (without withheld ports), the allocator's books agree with the rows, and offers and
 * tasks stand on what exists. Returns one sentence per breach.
 */
export function checkInvariants(draft: Draft): readonly string[] {
  const touched = new Set(draft.touched);
  for (const [, task] of draft.tasks.changes()) if (task !== undefined) touched.add(task.agentId);
  const tasks = rowsByAgent(touched, draft.tasks.changes(), (id) =>
    draft.tables.tasks.by('agent', id),
  );
  const offers = rowsByAgent(touched, draft.offers.changes(), (id) =>
    draft.tables.offers.by('agent', id),
  );
  const breaches: string[] = [];
  for (const agentId of touched) {
    const live = (tasks.get(agentId) ?? []).filter((task) => !isTerminalTaskState(task.state));
    breaches.push(...checkAgent(draft, agentId, live, offers.get(agentId) ?? []));
  }
  return breaches;
}

function checkAgent(
  draft: Draft,
  agentId: AgentId,
  tasks: readonly TaskRow[],
  offers: readonly Offer[],
): readonly string[] {
  const row = draft.agents.get(agentId);
  const books = draft.allocator.agent(agentId);
  if (row === undefined || books === undefined) {
    const left = row !== undefined || books !== undefined || tasks.length + offers.length > 0;
    return left ? [`agent ${agentId}: tasks, offers or books of an agent that is gone`] : [];
  }
  const breaches: string[] = [];
  const say = (rule: string): void => {
    breaches.push(`agent ${agentId}: ${rule}`);
  };
  const used = sum(tasks);
  const offered = sum(offers);
  const booked = addResources(used, offered);
  const { total } = draft.facts(row);
  if (!equalResources(booked, books.allocated)) {
    say(`allocated ${formatResources(books.allocated)}, rows say ${formatResources(booked)}`);
  }
  if (!equalResources(books.available, subtractSaturating(total, booked))) {
    say(`free ${formatResources(books.available)} of ${formatResources(total)}`);
  }
  const whole = addResources(booked, books.available);
  if (containsResources(total, booked) && !equalResources(whole, total)) {
    say(`offered + used + free is ${formatResources(whole)}, not ${formatResources(total)}`);
  }
  if (books.active !== isOfferable(row)) say('the allocator disagrees on whether it is active');
  if (offers.length > 0 && !isOfferable(row)) say('offers of an agent that may not be offered');
  for (const offer of offers) {
    if (draft.frameworks.get(offer.frameworkId)?.connected === true) continue;
    say(`offer ${offer.id} belongs to a framework that is away`);
  }
  for (const task of tasks) {
    if (!draft.frameworks.has(task.frameworkId)) say(`task ${task.id} belongs to no framework`);
  }
  return breaches;
}

function sum(rows: readonly { readonly resources: Resources }[]): Resources {
  let total = NO_RESOURCES;
  for (const row of rows) total = addResources(total, row.resources);
  return total;
}

/** Groups changed rows once instead of searching them for every agent. */
function rowsByAgent<Row extends { readonly id: string; readonly agentId: AgentId }>(
  agents: ReadonlySet<AgentId>,
  changes: readonly Change<string, Row>[],
  committed: (agentId: AgentId) => readonly Row[],
): ReadonlyMap<AgentId, readonly Row[]> {
  const changed = new Set<string>();
  const groups = new Map<AgentId, Row[]>();
  for (const agentId of agents) groups.set(agentId, []);
  for (const [id, row] of changes) {
    changed.add(id);
    if (row !== undefined) groups.get(row.agentId)?.push(row);
  }
  for (const [agentId, group] of groups) {
    for (const row of committed(agentId)) if (!changed.has(row.id)) group.push(row);
  }
  return groups;
}
