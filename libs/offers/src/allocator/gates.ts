import type { Millis } from '@ekiden/kernel';

import { coversQuantities, quantitiesOf, shortOf } from '../resources/index.js';
import type { Quantities, Resources } from '../resources/index.js';
import type { Explanation } from './explanation.js';
import type { AgentEntry, FrameworkEntry, Subscription } from './books.js';

/** What one framework under one role might be offered on one agent. */
export interface Candidate {
  readonly framework: FrameworkEntry;
  readonly subscription: Subscription;
  readonly agent: AgentEntry;
  /** What of the agent is available and allocatable to the role. */
  readonly resources: Resources;
  /** The sums of `resources` by name. */
  readonly amounts: Quantities;
  readonly now: Millis;
}

const FRAMEWORK_INACTIVE: Explanation = { kind: 'frameworkInactive' };
const NOT_SUBSCRIBED: Explanation = { kind: 'notSubscribed' };
const SUPPRESSED: Explanation = { kind: 'suppressed' };
const NO_ASK: Explanation = { kind: 'noAsk' };
const NOTHING_FREE: Explanation = { kind: 'nothingFree' };

/**
 * The first gate that says no, or `undefined` when the offer may be made. The allocation run and
 * `explain` ask this one function, so the answer is the reason. Order: what the framework wants,
 * what the agent has, what was declined.
 */
export function refusal(
  candidate: Candidate,
  minimum: readonly Quantities[],
): Explanation | undefined {
  const { framework, subscription, agent, resources, amounts, now } = candidate;
  if (!framework.active) return FRAMEWORK_INACTIVE;
  if (!subscription.subscribed) return NOT_SUBSCRIBED;
  if (subscription.suppressed) return SUPPRESSED;
  if (framework.declares) {
    const short = fitsAny(amounts, subscription.asks.shapes);
    if (short !== undefined) return short;
  }
  if (resources.length === 0) return NOTHING_FREE;
  const least = subscription.minimum ?? minimum;
  if (least.length > 0 && !least.some((each) => coversQuantities(amounts, each))) {
    return { kind: 'belowMinimum', minimum: least };
  }
  const filter = subscription.filters.blocking(agent.facts.id, resources, now);
  return filter === undefined ? undefined : { kind: 'filtered', until: filter.until };
}

/** Whether one shape fits; if not, which amount of it is missing. */
export function insufficient(resources: Resources, shape: Quantities): Explanation | undefined {
  const short = shortOf(quantitiesOf(resources), shape);
  return short === undefined ? undefined : { kind: 'insufficient', ...short };
}

function fitsAny(amounts: Quantities, shapes: readonly Quantities[]): Explanation | undefined {
  let first: ReturnType<typeof shortOf>;
  for (const shape of shapes) {
    const short = shortOf(amounts, shape);
    if (short === undefined) return undefined;
    first ??= short;
  }
  return first === undefined ? NO_ASK : { kind: 'insufficient', ...first };
}
