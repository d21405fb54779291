import { present, type Millis } from '@ekiden/kernel';

import type { Allocation } from '../allocator/index.js';
import type { FrameworkId, Offer, OfferId } from '../framework/index.js';
import type { Draft } from './draft.js';
import { progressDrains } from './drain.js';
import { expireFrameworks } from './frameworks.js';
import { askBack, expireLeases, leaseEnd } from './leases.js';
import { sendMaintenance } from './maintenance.js';
import { preempt } from './preemption.js';
import { expireWithheld } from './withheld.js';

export interface AllocateLimits {
  /** At most so many offers; agents not reached stay queued. */
  readonly offersMax: number;
  /** For an allocator in batch mode: this is its periodic cycle. */
  readonly cycle?: boolean;
}

/** Ends what ran out of time, then turns the allocator's decisions into offers. */
export function makeOffers(draft: Draft, limits: AllocateLimits): void {
  expireWithheld(draft);
  expireFrameworks(draft);
  progressDrains(draft);
  expireLeases(draft);
  const { now, chance } = draft.ctx;
  const run = draft.allocator.allocate({ now, chance, ...limits });
  const { allocations } = run;
  draft.waiting = allocations.length < limits.offersMax ? draft.allocator.queued : 0;
  const offers = new Map<FrameworkId, Offer[]>();
  const end = leaseEnd(draft);
  for (const allocation of allocations) {
    const offer = offerOf(draft, allocation, end);
    draft.addOffer(offer);
    const together = offers.get(offer.frameworkId);
    if (together === undefined) offers.set(offer.frameworkId, [offer]);
    else together.push(offer);
  }
  for (const [frameworkId, together] of offers) {
    draft.emit(frameworkId, { kind: 'offers', offers: together });
  }
  sendMaintenance(draft, run.inverse);
  askBack(draft);
  preempt(draft);
}

function offerOf(draft: Draft, allocation: Allocation, end: Millis | undefined): Offer {
  const { now, ids } = draft.ctx;
  const agent = present(draft.agents.get(allocation.agentId), 'the agent of an allocation');
  const { hostname, attributes, domain, unavailability } = agent;
  const { frameworkId, role, agentId, resources } = allocation;
  const id = ids.sortable(now) as OfferId;
  return {
    id,
    frameworkId,
    role,
    agentId,
    resources,
    hostname,
    attributes,
    createdAt: now,
    ...(domain === undefined ? {} : { domain }),
    ...(unavailability === undefined ? {} : { unavailability }),
    ...(end === undefined ? {} : { leaseEnd: end }),
  };
}
