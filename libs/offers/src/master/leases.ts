import { millis, type Millis } from '@ekiden/kernel';

import type { FrameworkId, Offer, OfferId } from '../framework/index.js';
import { liveOffers } from './accept.js';
import type { Draft } from './draft.js';

/** When an offer made or renewed now ends by itself. */
export function leaseEnd(draft: Draft): Millis | undefined {
  const { lease } = draft.settings;
  return lease === undefined ? undefined : millis(draft.ctx.now + lease);
}

/** The framework still thinks about these: one more lease, counted from now. */
export function renew(draft: Draft, framework: FrameworkId, offerIds: readonly OfferId[]): void {
  const end = leaseEnd(draft);
  if (end === undefined) return;
  for (const offer of liveOffers(draft, framework, offerIds)) {
    draft.offers.put(offer.id, { ...offer, leaseEnd: end });
  }
}

/** Takes back offers nobody answered: without a filter, the framework may have them again. */
export function expireLeases(draft: Draft): void {
  const { now } = draft.ctx;
  const { leases, offers } = draft.tables;
  const due = leases.due(now);
  for (const id of due) {
    // Put back at once: should this turn be dropped, they are due in the next.
    const end = offers.get(id)?.leaseEnd;
    if (end !== undefined) leases.set(id, end);
  }
  for (const id of due) {
    const offer = draft.offers.get(id);
    if (offer?.leaseEnd === undefined || offer.leaseEnd > now) continue;
    draft.discardOffer(offer, 'its lease ended');
  }
}

/**
 * Asks frameworks that have sat on offers for long to give them back, once per offer, while another
 * framework has asks and no offers. A request only: what is not given back ends with its lease.
 */
export function askBack(draft: Draft): void {
  const { askBackAfter } = draft.settings;
  if (askBackAfter === undefined || draft.offers.size === 0) return;
  const waiting = waitingFrameworks(draft);
  if (waiting.size === 0) return;
  const asked = new Map<FrameworkId, OfferId[]>();
  for (const offer of [...draft.offers.values()]) {
    if (!isHeldLong(draft, offer, askBackAfter) || isOnlyHolder(waiting, offer)) continue;
    draft.offers.put(offer.id, { ...offer, wantedBack: true });
    const ids = asked.get(offer.frameworkId);
    if (ids === undefined) asked.set(offer.frameworkId, [offer.id]);
    else ids.push(offer.id);
  }
  for (const [frameworkId, offerIds] of asked) {
    draft.emit(frameworkId, { kind: 'wantedBack', offerIds });
  }
}

/** When the next offer of this draft or the books ends, or is to be asked back. */
export function nextLease(draft: Draft): Millis | undefined {
  let next = draft.tables.leases.next();
  for (const [, offer] of draft.offers.changes()) {
    const end = offer?.leaseEnd;
    if (end !== undefined && (next === undefined || end < next)) next = end;
  }
  const { askBackAfter } = draft.settings;
  if (askBackAfter === undefined || waitingFrameworks(draft).size === 0) return next;
  for (const offer of draft.offers.values()) {
    const at = millis(offer.createdAt + askBackAfter);
    if (offer.wantedBack !== true && (next === undefined || at < next)) next = at;
  }
  return next;
}

function isHeldLong(draft: Draft, offer: Offer, askBackAfter: Millis): boolean {
  return offer.wantedBack !== true && offer.createdAt + askBackAfter <= draft.ctx.now;
}

/** Nobody but its holder waits. */
function isOnlyHolder(waiting: ReadonlySet<FrameworkId>, offer: Offer): boolean {
  return waiting.size === 1 && waiting.has(offer.frameworkId);
}

/** Connected frameworks with asks for which nothing is on offer. */
function waitingFrameworks(draft: Draft): ReadonlySet<FrameworkId> {
  const waiting = new Set<FrameworkId>();
  for (const { id, asks } of draft.asks.values()) {
    if (!asks.some(({ count }) => count > 0)) continue;
    if (draft.frameworks.get(id)?.connected !== true) continue;
    if (draft.offers.count('framework', id) === 0) waiting.add(id);
  }
  return waiting;
}
