import { eachInSteps, isTerminalTaskState, type AgentId, type Steps } from '@ekiden/kernel';

import type { FrameworkId } from '../framework/index.js';
import {
  addResources,
  containsResources,
  equalResources,
  formatResources,
  isShared,
  NO_RESOURCES,
  nonShared,
  sharedOnce,
  subtractSaturating,
} from '../resources/index.js';
import type { Resources } from '../resources/index.js';
import { isOfferable } from './agent-facts.js';
import type { Draft } from './draft.js';
import type { AgentRow, TaskRow } from './rows.js';
import { Usage } from './task-books.js';

const AGENTS_PER_STEP = 50;

/** Says one thing that is wrong with an agent. */
type Say = (rule: string) => void;

/**
 * What must hold at the end of a turn, checked for the agents the turn touched: offered + used +
 * free = total (without withheld ports; shared volumes stay free while in use; an agent that holds
 * more than its total has nothing free), the allocator's books agree with the rows, and offers and
 * tasks stand on what exists. Returns one sentence per breach.
 */
export function* checkInvariants(draft: Draft): Steps<readonly string[]> {
  const touched = new Set(draft.touched);
  const breaches: string[] = [];
  for (const [id, task] of draft.tasks.changes()) {
    if (task === undefined) continue;
    if (!isOnlyNews(draft.tasks.before(id), task)) touched.add(task.agentId);
    else if (!standsOnRows(draft, task)) {
      breaches.push(`task ${id} is of an agent or framework that is gone`);
    }
  }
  const check = (agentId: AgentId): void => {
    checkAgent(draft, agentId, (rule) => {
      breaches.push(`agent ${agentId}: ${rule}`);
    });
  };
  yield* eachInSteps(touched, check, AGENTS_PER_STEP);
  return breaches;
}

/** It lives on with what it has: no sum of its agent can have changed by it. */
function isOnlyNews(before: TaskRow | undefined, after: TaskRow): boolean {
  if (before === undefined || isTerminalTaskState(before.state)) return false;
  if (isTerminalTaskState(after.state) || before.agentId !== after.agentId) return false;
  return before.resources === after.resources && before.executor === after.executor;
}

function standsOnRows(draft: Draft, { agentId, frameworkId }: TaskRow): boolean {
  const agent = draft.agents.get(agentId);
  return agent !== undefined && agent.goneSince === undefined && draft.frameworks.has(frameworkId);
}

function checkAgent(draft: Draft, agentId: AgentId, say: Say): void {
  const usage = new Usage();
  let living = 0;
  // Mostly all tasks of an agent are of one framework: each is looked up once.
  let known: FrameworkId | undefined;
  for (const task of draft.tasks.by('agent', agentId)) {
    if (isTerminalTaskState(task.state)) continue;
    living += 1;
    usage.add(task);
    if (task.frameworkId === known) continue;
    if (draft.frameworks.has(task.frameworkId)) known = task.frameworkId;
    else say(`task ${task.id} belongs to no framework`);
  }
  let offered = NO_RESOURCES;
  const offers = draft.offers.by('agent', agentId);
  for (const offer of offers) {
    offered = addResources(offered, offer.resources);
    if (draft.frameworks.get(offer.frameworkId)?.connected === true) continue;
    say(`offer ${offer.id} belongs to a framework that is away`);
  }
  const row = draft.agents.get(agentId);
  const books = draft.allocator.agent(agentId);
  const gone = row === undefined || row.goneSince !== undefined;
  if (gone || books === undefined) {
    if (gone && books === undefined && living + offers.length === 0) return;
    say('tasks, offers or books of an agent that is gone');
    return;
  }
  if (books.active !== isOfferable(row)) say('the allocator disagrees on whether it is active');
  if (offers.length > 0 && !isOfferable(row)) say('offers of an agent that may not be offered');
  const booked = addResources(usage.used, offered);
  if (!equalResources(booked, books.allocated)) {
    say(`allocated ${formatResources(books.allocated)}, rows say ${formatResources(booked)}`);
  }
  checkFree(totalOf(draft, row), { booked, offered, available: books.available }, say);
}

/** Conservation. Shared volumes apart: they stay free whoever has them. */
function checkFree(
  total: Resources,
  parts: Readonly<Record<'booked' | 'offered' | 'available', Resources>>,
  say: Say,
): void {
  const { booked, offered, available } = parts;
  if (!total.some(isShared) && containsResources(total, booked)) {
    const whole = addResources(booked, available);
    if (equalResources(whole, total)) return;
    say(`offered + used + free is ${formatResources(whole)}, not ${formatResources(total)}`);
    return;
  }
  const own = nonShared(booked);
  if (!containsResources(sharedOnce(total), sharedOnce(offered))) {
    say('a shared volume on offer is not there');
  }
  if (!containsResources(nonShared(total), own)) {
    // It shrank below what is held: how much of the rest counts as free is the allocator's rule.
    if (containsResources(subtractSaturating(total, own), nonShared(available))) return;
    say(`free ${formatResources(available)} of ${formatResources(total)}, though over-allocated`);
    return;
  }
  const whole = addResources(addResources(own, nonShared(available)), sharedOnce(total));
  if (!equalResources(whole, total)) {
    say(`offered + used + free is ${formatResources(whole)}, not ${formatResources(total)}`);
  }
  if (!equalResources(sharedOnce(available), sharedOnce(total))) say('a shared volume is not free');
}

function totalOf(draft: Draft, row: AgentRow): Resources {
  return draft.withheld.has(row.id) ? draft.facts(row).total : row.total;
}
