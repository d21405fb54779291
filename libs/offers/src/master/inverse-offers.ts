import { isTerminalTaskState, millis, type AgentId } from '@ekiden/kernel';

import { filterDuration } from '../allocator/index.js';
import type {
  FrameworkCall,
  FrameworkEvent,
  FrameworkId,
  InverseOffer,
} from '../framework/index.js';
import type { Draft } from './draft.js';

type Cause = InverseOffer['cause'];
type Answer = Extract<FrameworkCall, { kind: 'acceptInverse' | 'declineInverse' }>;

/** At most one of a kind for a framework and an agent. */
export function inverseKey(offer: Pick<InverseOffer, 'frameworkId' | 'agentId' | 'cause'>): string {
  return `${offer.cause} ${offer.frameworkId} ${offer.agentId}`;
}

/** Remembers them and tells each framework once. A repeated one replaces the one before. */
export function sendInverse(draft: Draft, offers: readonly InverseOffer[]): void {
  const byFramework = new Map<FrameworkId, InverseOffer[]>();
  for (const offer of offers) {
    draft.inverseOffers.put(inverseKey(offer), offer);
    const together = byFramework.get(offer.frameworkId);
    if (together === undefined) byFramework.set(offer.frameworkId, [offer]);
    else together.push(offer);
  }
  for (const [frameworkId, together] of byFramework) {
    const event: FrameworkEvent = { kind: 'inverseOffers', inverseOffers: together };
    draft.emit(frameworkId, event);
  }
}

/** Answers are hints: they are remembered for operators and quieten the allocator for a while. */
export function answerInverse(draft: Draft, frameworkId: FrameworkId, call: Answer): void {
  const answer = call.kind === 'acceptInverse' ? 'ACCEPT' : 'DECLINE';
  for (const offer of draft.inverseOffers.by('framework', frameworkId)) {
    if (offer.agentId !== call.agentId) continue;
    draft.inverseOffers.put(inverseKey(offer), { ...offer, answer });
    if (offer.cause !== 'maintenance') continue;
    const filter = filterDuration(call.filters?.refuseSeconds);
    const until = filter === 0 ? {} : { filterUntil: millis(draft.ctx.now + filter) };
    const { agentId } = offer;
    draft.allocator.reduce({
      kind: 'inverseOfferAnswered',
      frameworkId,
      agentId,
      answer,
      ...until,
    });
  }
}

/** Nobody need leave the agent any more for these causes, or it is asked anew. */
export function forgetInverse(
  draft: Draft,
  agentId: AgentId,
  causes: readonly Cause[],
  reason: string,
): void {
  if (draft.inverseOffers.size === 0) return;
  for (const offer of draft.inverseOffers.by('agent', agentId)) {
    if (causes.includes(offer.cause)) withdrawInverse(draft, offer, reason);
  }
}

/** Takes one back and tells the framework why. */
export function withdrawInverse(draft: Draft, offer: InverseOffer, reason: string): void {
  withdraw(draft, offer);
  const { frameworkId, agentId } = offer;
  draft.emit(frameworkId, { kind: 'inverseRescinded', agentId, reason });
}

/** A framework that is away hears nothing of inverse offers; they are made again when it is back. */
export function dropInverseOf(draft: Draft, frameworkId: FrameworkId): void {
  if (draft.inverseOffers.size === 0) return;
  for (const offer of draft.inverseOffers.by('framework', frameworkId)) withdraw(draft, offer);
}

/** Asked to leave, and left: whatever it was told is settled. */
export function settleInverse(draft: Draft, frameworkId: FrameworkId, agentId: AgentId): void {
  if (draft.inverseOffers.size === 0) return;
  const asked = draft.inverseOffers
    .by('framework', frameworkId)
    .filter((offer) => offer.agentId === agentId);
  if (asked.length === 0) return;
  const left = draft.tasks
    .by('agent', agentId)
    .filter((task) => task.frameworkId === frameworkId && !isTerminalTaskState(task.state));
  for (const offer of asked) {
    const meant = offer.tasks;
    const stays = meant === undefined ? left.length > 0 : left.some((t) => meant.includes(t.id));
    if (!stays) withdraw(draft, offer);
  }
}

/** Frameworks with anything alive on the agent that can be told. */
export function holdersOn(draft: Draft, agentId: AgentId): readonly FrameworkId[] {
  const holders = new Set<FrameworkId>();
  for (const task of draft.tasks.by('agent', agentId)) {
    if (isTerminalTaskState(task.state)) continue;
    if (draft.frameworks.get(task.frameworkId)?.connected === true) holders.add(task.frameworkId);
  }
  return [...holders];
}

function withdraw(draft: Draft, offer: InverseOffer): void {
  draft.inverseOffers.remove(inverseKey(offer));
  if (offer.cause !== 'maintenance' || offer.answer !== undefined) return;
  const { frameworkId, agentId } = offer;
  draft.allocator.reduce({ kind: 'inverseOfferAnswered', frameworkId, agentId });
}
