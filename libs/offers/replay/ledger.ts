import { assert, type AgentId } from '@ekiden/kernel';

import type { FrameworkId } from '../src/framework/index.js';
import {
  addResources,
  intersectResources,
  NO_RESOURCES,
  subtractResources,
  type Resources,
} from '../src/resources/index.js';
import type { Holding } from '../src/allocator/index.js';

/** Whose: one framework under one role on one agent. */
export interface Holder {
  readonly frameworkId: FrameworkId;
  readonly role: string;
  readonly agentId: AgentId;
}

/** Which ones are meant; what is left out is not looked at. */
export interface Selection {
  readonly agentId?: AgentId;
  readonly frameworkId?: FrameworkId;
  readonly role?: string;
}

interface AgentPage {
  /** Open offers, oldest first. */
  offers: readonly Holding[];
  /** At most one per holder. */
  used: readonly Holding[];
}

/**
 * Which part of what frameworks hold is an open offer and which part is used. The allocator does
 * not tell them apart; a master does, and here the replay stands in for one.
 */
export class Ledger {
  private readonly pages = new Map<AgentId, AgentPage>();

  offers(which: Selection): readonly Holding[] {
    return this.select(which, (page) => page.offers);
  }

  used(which: Selection): readonly Holding[] {
    return this.select(which, (page) => page.used);
  }

  /** Everything that the open offers of a holder hold together. */
  offered(holder: Holder): Resources {
    return sum(this.offers(holder));
  }

  inUse(holder: Holder): Resources {
    return sum(this.used(holder));
  }

  /** Everything that anybody has of an agent. */
  held(agentId: AgentId): Resources {
    return sum([...this.offers({ agentId }), ...this.used({ agentId })]);
  }

  open(offer: Holding): void {
    const page = this.page(offer.agentId);
    page.offers = [...page.offers, offer];
  }

  close(offers: readonly Holding[]): void {
    const gone = new Set(offers);
    for (const agentId of new Set(offers.map((each) => each.agentId))) {
      const page = this.page(agentId);
      page.offers = page.offers.filter((each) => !gone.has(each));
    }
  }

  /** Takes a part out of a holder's open offers, the oldest first. */
  takeOffered(holder: Holder, part: Resources): void {
    const page = this.page(holder.agentId);
    let left = part;
    page.offers = page.offers.flatMap((offer) => {
      if (left.length === 0 || !isOf(offer, holder)) return [offer];
      const taken = intersectResources(offer.resources, left);
      left = subtractResources(left, taken);
      const resources = subtractResources(offer.resources, taken);
      return resources.length === 0 ? [] : [{ ...offer, resources }];
    });
    assert(left.length === 0, 'taking out of offers what is not in them');
  }

  /** One offer instead of all of a holder's: RESERVE and the like may need parts of several. */
  replaceOffers(holder: Holder, resources: Resources): void {
    this.close(this.offers(holder));
    if (resources.length > 0) this.open({ ...holder, resources });
  }

  use(part: Holding): void {
    this.setUsed(part, addResources(this.inUse(part), part.resources));
  }

  release(part: Holding): void {
    this.setUsed(part, subtractResources(this.inUse(part), part.resources));
  }

  setUsed(holder: Holder, resources: Resources): void {
    const { frameworkId, role, agentId } = holder;
    const page = this.page(agentId);
    const others = page.used.filter((each) => !isOf(each, holder));
    page.used =
      resources.length === 0 ? others : [...others, { frameworkId, role, agentId, resources }];
  }

  removeAgent(agentId: AgentId): void {
    this.pages.delete(agentId);
  }

  removeFramework(frameworkId: FrameworkId): void {
    for (const page of this.pages.values()) {
      page.offers = page.offers.filter((each) => each.frameworkId !== frameworkId);
      page.used = page.used.filter((each) => each.frameworkId !== frameworkId);
    }
  }

  private select(
    which: Selection,
    of: (page: AgentPage) => readonly Holding[],
  ): readonly Holding[] {
    const { agentId } = which;
    if (agentId === undefined) {
      return [...this.pages.values()].flatMap((page) => of(page).filter((it) => isOf(it, which)));
    }
    const page = this.pages.get(agentId);
    return page === undefined ? [] : of(page).filter((each) => isOf(each, which));
  }

  private page(agentId: AgentId): AgentPage {
    const there = this.pages.get(agentId);
    if (there !== undefined) return there;
    const page: AgentPage = { offers: [], used: [] };
    this.pages.set(agentId, page);
    return page;
  }
}

function isOf(holding: Holding, which: Selection): boolean {
  return (
    (which.frameworkId === undefined || holding.frameworkId === which.frameworkId) &&
    (which.role === undefined || holding.role === which.role)
  );
}

function sum(holdings: readonly Holding[]): Resources {
  return holdings.reduce((total, each) => addResources(total, each.resources), NO_RESOURCES);
}
