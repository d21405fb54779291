import { assertNever } from '@ekiden/kernel';
import type { Offer } from '@ekiden/offers';
import type { TurnContext } from '../turn/index.js';
import { takeStatus } from './on-status.js';

/** Takes in what the master has told our framework so far; returns the offers among it. */
export function hearMaster(context: TurnContext): readonly Offer[] {
  const offers: Offer[] = [];
  for (const event of context.master.takeEvents(context.state.frameworkId)) {
    switch (event.kind) {
      case 'offers':
        offers.push(...event.offers);
        break;
      case 'status':
        takeStatus(context, event.status);
        break;
      case 'rescind':
        // Offers are answered in the turn they come in; there is none left to lose.
        break;
      default:
        assertNever(event);
    }
  }
  return offers;
}
