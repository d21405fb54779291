import { eachInSteps, isTerminalTaskState, type AgentId, type Steps } from '@ekiden/kernel';

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
import { isOnlyNews, UsageDraft, type Use } from './usage-books.js';

const AGENTS_PER_STEP = 50;

/** Agents of a turn whose tasks are counted one by one, as a check of what is kept. */
const RECOUNTED = 8;

/** Says one thing that is wrong with an agent. */
type Say = (rule: string) => void;

/**
 * What must hold at the end of a turn, checked for the agents the turn touched: offered + used +
 * free = total (without withheld ports; shared volumes stay free while in use; an agent that holds
 * more than its total has nothing free), the allocator's books agree with the rows, and offers and
 * tasks stand on what exists. Returns one sentence per breach.
 *
 * What is used is what rows of earlier turns said with the changes of this one, and of the first few
 * agents it is counted anew (ADR 0061).
 */
export function* checkInvariants(draft: Draft): Steps<readonly string[]> {
  const touched = new Set(draft.touched);
  const breaches: string[] = [];
  const usage = new UsageDraft(draft.tables.usage);
  for (const [id, task] of draft.tasks.changes()) {
    const before = draft.tasks.before(id);
    usage.replace(before, task);
    if (task === undefined) continue;
    if (before === undefined || !isOnlyNews(before, task)) {
      touched.add(task.agentId);
      if (isFrameworkMissing(draft, task)) breaches.push(`task ${id} belongs to no framework`);
    } else if (!standsOnRows(draft, task)) {
      breaches.push(`task ${id} is of an agent or framework that is gone`);
    }
  }
  breaches.push(...leftBehind(draft));
  const check = (agentId: AgentId, index: number): void => {
    const say: Say = (rule) => {
      breaches.push(`agent ${agentId}: ${rule}`);
    };
    const kept = usage.of(agentId);
    const isCounted = kept.grouped > 0 || index < RECOUNTED;
    const use = isCounted ? recount(draft, { agentId, kept, say }) : kept;
    checkAgent(draft, { agentId, use, say });
  };
  yield* eachInSteps(touched, check, AGENTS_PER_STEP);
  return breaches;
}

function standsOnRows(draft: Draft, { agentId, frameworkId }: TaskRow): boolean {
  const agent = draft.agents.get(agentId);
  return agent !== undefined && agent.goneSince === undefined && draft.frameworks.has(frameworkId);
}

function isFrameworkMissing(draft: Draft, { frameworkId, state }: TaskRow): boolean {
  return !isTerminalTaskState(state) && !draft.frameworks.has(frameworkId);
}

/** Living tasks of frameworks that this turn removes. */
function leftBehind(draft: Draft): string[] {
  return draft.frameworks.changes().flatMap(([id, row]) => {
    if (row !== undefined) return [];
    const living = draft.tasks
      .by('framework', id)
      .filter((task) => isFrameworkMissing(draft, task));
    return living.map((task) => `task ${task.id} belongs to no framework`);
  });
}

/** An agent, and what its living tasks use. */
interface Judged {
  readonly agentId: AgentId;
  readonly use: Pick<Use, 'used' | 'living'>;
  readonly say: Say;
}

/** What the rows say, each executor once; what is kept has to be the same. */
function recount(
  draft: Draft,
  { agentId, kept, say }: Pick<Judged, 'agentId' | 'say'> & { readonly kept: Use },
): Judged['use'] {
  const usage = new Usage();
  let living = 0;
  for (const task of draft.tasks.by('agent', agentId)) {
    if (isTerminalTaskState(task.state)) continue;
    living += 1;
    usage.add(task);
  }
  const { used } = usage;
  if (living !== kept.living) say(`${kept.living} living tasks are kept, rows say ${living}`);
  if (kept.grouped === 0 && !equalResources(used, kept.used)) {
    say(`${formatResources(kept.used)} is kept as used, rows say ${formatResources(used)}`);
  }
  return { used, living };
}

function checkAgent(draft: Draft, { agentId, use, say }: Judged): void {
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
    if (gone && books === undefined && use.living + offers.length === 0) return;
    say('tasks, offers or books of an agent that is gone');
    return;
  }
  if (books.active !== isOfferable(row)) say('the allocator disagrees on whether it is active');
  if (offers.length > 0 && !isOfferable(row)) say('offers of an agent that may not be offered');
  const booked = addResources(use.used, offered);
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
