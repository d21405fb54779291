import { millis, type Millis } from '@ekiden/kernel';

import type { Explanation } from '../allocator/index.js';
import type { Ask, FrameworkId, InverseOffer } from '../framework/index.js';
import type { Draft } from './draft.js';
import { inverseKey, sendInverse, withdrawInverse } from './inverse-offers.js';
import type { Eviction } from './preemption-rows.js';
import { Spare, victimsFor } from './victims.js';

/** Tasks under notice at one time. */
const NOTICES_MAX = 100;

/** Asks looked at in one run, the highest priority first. */
const ASKS_MAX = 20;

interface Want {
  readonly framework: FrameworkId;
  readonly ask: Ask;
}

/** What more room would help against. */
const LACK_OF_ROOM: ReadonlySet<Explanation['kind']> = new Set([
  'insufficient',
  'nothingFree',
  'belowMinimum',
  'gang',
] as const);

/**
 * Preemption by notice (offer-core O6), where the option is set: for each ask that finds no room,
 * tasks of a lower priority are asked to leave by inverse offer, and killed when the notice runs
 * out. Roles keep what they are guaranteed. Notice is withdrawn when the room is not needed any
 * more. The room made goes the usual way: to whom the allocator offers it.
 */
export function preempt(draft: Draft): void {
  const { preemptionNotice } = draft.settings;
  if (preemptionNotice === undefined) return;
  const wants = unmet(draft);
  withdrawNeedless(draft, wants);
  killDue(draft);
  if (wants.size === 0) return;
  const spare = new Spare(draft.allocator.roles());
  for (const [{ framework, ask }, missing] of wants) {
    for (let n = pendingFor(draft, framework, ask); n < missing; n += 1) {
      if (draft.evictions.size >= NOTICES_MAX) return;
      const victims = victimsFor(draft, framework, ask, spare);
      if (victims.length === 0) break;
      spare.take(victims);
      const at = millis(draft.ctx.now + preemptionNotice);
      for (const { id, frameworkId, agentId } of victims) {
        const whom = { onBehalfOf: framework, askId: ask.id };
        draft.evictions.put(id, { id, frameworkId, agentId, ...whom, at, killed: false });
      }
      tellHolders(draft, victims);
    }
  }
}

/** When the next notice runs out. */
export function nextEviction(draft: Draft): Millis | undefined {
  let next: Millis | undefined;
  for (const { at, killed } of draft.evictions.values()) {
    if (!killed && (next === undefined || at < next)) next = at;
  }
  return next;
}

/** How many of each ask find no room, the highest priority first. */
function unmet(draft: Draft): ReadonlyMap<Want, number> {
  const wants: Want[] = [];
  for (const { id: framework, asks } of draft.asks.values()) {
    if (isDeciding(draft, framework)) continue;
    if (draft.frameworks.get(framework)?.connected !== true) continue;
    for (const ask of asks) if (ask.count > 0) wants.push({ framework, ask });
  }
  wants.sort((a, b) => (b.ask.priority ?? 0) - (a.ask.priority ?? 0));
  const missing = new Map<Want, number>();
  for (const want of wants.slice(0, ASKS_MAX)) {
    const { framework, ask } = want;
    const room = draft.allocator.couldRun(framework, ask, ask.count);
    if (room.because === undefined || !LACK_OF_ROOM.has(room.because.kind)) continue;
    if (room.fits < ask.count) missing.set(want, ask.count - room.fits);
  }
  return missing;
}

/** What is on offer to it may be what it asks for: first it answers. */
function isDeciding(draft: Draft, framework: FrameworkId): boolean {
  return draft.offers.count('framework', framework) > 0;
}

function isAsked(draft: Draft, framework: FrameworkId, askId: string): boolean {
  const asks = draft.asks.get(framework)?.asks ?? [];
  return asks.some(({ id, count }) => id === askId && count > 0);
}

/** For how many of the ask room is being made: one per agent. */
function pendingFor(draft: Draft, framework: FrameworkId, ask: Ask): number {
  const agents = new Set<string>();
  for (const each of draft.evictions.values()) {
    if (each.onBehalfOf === framework && each.askId === ask.id) agents.add(each.agentId);
  }
  return agents.size;
}

function withdrawNeedless(draft: Draft, wants: ReadonlyMap<Want, number>): void {
  if (draft.evictions.size === 0) return;
  const needed = new Set([...wants.keys()].map(({ framework, ask }) => `${framework} ${ask.id}`));
  const spared: Eviction[] = [];
  for (const eviction of [...draft.evictions.values()]) {
    const { onBehalfOf, askId } = eviction;
    if (eviction.killed || needed.has(`${onBehalfOf} ${askId}`)) continue;
    if (isDeciding(draft, onBehalfOf) && isAsked(draft, onBehalfOf, askId)) continue;
    draft.evictions.remove(eviction.id);
    spared.push(eviction);
  }
  tellHolders(draft, spared);
}

function killDue(draft: Draft): void {
  for (const eviction of [...draft.evictions.values()]) {
    if (eviction.killed || eviction.at > draft.ctx.now) continue;
    draft.evictions.put(eviction.id, { ...eviction, killed: true });
    draft.effects.push({ kind: 'kill', agentId: eviction.agentId, taskId: eviction.id });
  }
}

function tellHolders(draft: Draft, of: readonly Pick<Eviction, 'frameworkId' | 'agentId'>[]): void {
  const told = new Set<string>();
  for (const { frameworkId, agentId } of of) {
    const key = `${frameworkId} ${agentId}`;
    if (!told.has(key)) tellHolder(draft, { frameworkId, agentId });
    told.add(key);
  }
}

/** One inverse offer for all that a framework has under notice on an agent. */
function tellHolder(draft: Draft, of: Pick<Eviction, 'frameworkId' | 'agentId'>): void {
  const { frameworkId, agentId } = of;
  const cause = 'preemption';
  const tasks = [...draft.evictions.values()].filter(
    (each) => each.frameworkId === frameworkId && each.agentId === agentId,
  );
  const before = draft.inverseOffers.get(inverseKey({ frameworkId, agentId, cause }));
  const [first] = tasks;
  if (first === undefined) {
    if (before !== undefined) withdrawInverse(draft, before, 'the room is not needed any more');
    return;
  }
  if (before?.tasks?.length === tasks.length) return;
  const start = tasks.reduce((at, each) => (each.at < at ? each.at : at), first.at);
  const offer: InverseOffer = {
    frameworkId,
    agentId,
    hostname: draft.agents.get(agentId)?.hostname ?? '',
    cause,
    unavailability: { start },
    tasks: tasks.map(({ id }) => id),
  };
  sendInverse(draft, [offer]);
}
