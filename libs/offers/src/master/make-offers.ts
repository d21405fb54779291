import { present } from '@ekiden/kernel';

import type { Allocation } from '../allocator/index.js';
import type { FrameworkId, Offer, OfferId } from '../framework/index.js';
import { expireWithheld } from './agents.js';
import type { Draft } from './draft.js';
import { expireFrameworks } from './frameworks.js';

/** Ends what ran out of time, then turns the allocator's decisions into offers. */
export function makeOffers(draft: Draft, offersMax: number): void {
  expireWithheld(draft);
  expireFrameworks(draft);
  for (const offer of draft.dueOffers()) draft.discardOffer(offer, 'the offer timed out');
  const { now, chance } = draft.ctx;
  const offers = new Map<FrameworkId, Offer[]>();
  for (const allocation of draft.allocator.allocate({ now, chance, offersMax }).allocations) {
    const offer = offerOf(draft, allocation);
    draft.addOffer(offer);
    const together = offers.get(offer.frameworkId);
    if (together === undefined) offers.set(offer.frameworkId, [offer]);
    else together.push(offer);
  }
  for (const [frameworkId, together] of offers) {
    draft.emit(frameworkId, { kind: 'offers', offers: together });
  }
}

function offerOf(draft: Draft, allocation: Allocation): Offer {
  const { now, ids } = draft.ctx;
  const agent = present(draft.agents.get(allocation.agentId), 'the agent of an allocation');
  const { hostname, attributes, domain } = agent;
  const id = ids.sortable(now) as OfferId;
  const offer: Offer = { id, ...allocation, hostname, attributes, createdAt: now };
  return domain === undefined ? offer : { ...offer, domain };
}
