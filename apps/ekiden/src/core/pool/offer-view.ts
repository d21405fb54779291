import type { Offer } from '@ekiden/offers';
import type { StateView } from '../turn/index.js';
import { shownResources, type ShownResources } from './amounts.js';

/** An offer that a framework has not answered yet. */
export interface OfferView extends Omit<Offer, 'resources' | 'attributes'> {
  readonly framework: string | undefined;
  readonly resources: ShownResources;
}

/** Oldest first. Ours are answered in the turn that makes them: these are other frameworks'. */
export function offerViews({ master }: StateView): readonly OfferView[] {
  const { offers, frameworks } = master.state;
  return [...offers.values()]
    .sort((a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1))
    .map(({ resources, attributes: _attributes, ...offer }) => ({
      ...offer,
      framework: frameworks.get(offer.frameworkId)?.info.name,
      resources: shownResources(resources),
    }));
}
