import type { Allocation, Explanation } from '../../src/allocator/index.js';
import {
  addResources,
  containsResources,
  coversQuantities,
  filterResources,
  quantitiesOf,
  quantityOf,
  scalarQuantitiesOf,
  subtractResources,
} from '../../src/resources/index.js';
import type { Resource, Resources } from '../../src/resources/index.js';
import { askGate } from './asks.js';
import { portsInProportion } from './ports.js';
import { fitGate, frameworkGate, takeable, type Pair } from './gates.js';
import { isPlainScalar, isShared, shrink, shrinkToLimits, withoutSame } from './objects.js';
import {
  availableHeadroom,
  leftUnderLimits,
  requiredHeadroom,
  spareHeadroom,
  unsatisfied,
  type LimitLeft,
} from './quota.js';
import type { Settings } from './settings.js';
import { copyState, type State } from './state.js';
import { hold } from './tracking.js';

/** Stage 1 serves guarantees, stage 2 everything else (offer-core 2.3). */
export type Stage = 'guarantees' | 'rest';

export type Verdict =
  | { readonly kind: 'offer'; readonly resources: Resources }
  | { readonly kind: 'no'; readonly because: Explanation };

export interface Case extends Pair {
  readonly stage: Stage;
  /** Something happened to the agent since it was last looked at. */
  readonly queued: boolean;
  /** What the run has offered so far. */
  readonly made: readonly Allocation[];
}

/** Whether, and what of it, an agent is offered to a framework under a role. */
export function judge(state: State, settings: Settings, each: Case): Verdict {
  const gate = frameworkGate(state, each) ?? fitGate(state, settings, each);
  if (gate !== undefined) return no(gate);
  const bag = withoutSame(takeable(state, each), sharedOffered(each));
  if (bag.length === 0) return no({ kind: 'nothingFree' });
  const cut =
    each.stage === 'guarantees'
      ? cutForGuarantee(state, settings, each, bag)
      : cutForRest(state, settings, each, bag);
  if (cut === undefined) return no({ kind: 'nothingFree' });
  const { offer } = cut;
  const refused = finalGate(state, settings, each, offer);
  if (refused === undefined) return { kind: 'offer', resources: offer };
  // What was cut off says more than that the rest is too little.
  return no((refused.kind === 'filtered' ? undefined : cut.blame?.()) ?? refused);
}

interface Cut {
  readonly offer: Resources;
  /** What was cut off last and why, when anything was. */
  readonly blame?: () => Explanation | undefined;
}

function cutForGuarantee(
  state: State,
  settings: Settings,
  each: Case,
  bag: Resources,
): Cut | undefined {
  const plain = filterResources(bag, isPlainScalar);
  const left = leftUnderLimits(state, each.role);
  const guaranteed = shrinkToLimits(shrink(plain, unsatisfied(state, each.role)), leftOf(left));
  if (guaranteed.length === 0) return undefined;
  const along = filterResources(
    bag,
    (object) =>
      !isPlainScalar(object) &&
      (object.role === each.role || object.type !== 'SCALAR' || object.revocable === true),
  );
  // The rest of it as if the guaranteed part were booked already.
  const then = copyState(state);
  hold(then, { ...each, resources: guaranteed });
  const rest = subtractResources(plain, guaranteed);
  const limited = shrinkToLimits(rest, leftOf(leftUnderLimits(then, each.role)));
  const extra = withinHeadroom(then, limited);
  return { offer: withAlong(settings, plain, addResources(guaranteed, extra), along) };
}

function cutForRest(state: State, settings: Settings, each: Case, bag: Resources): Cut {
  const plain = filterResources(bag, isPlainScalar);
  const along = filterResources(bag, (object) => !isPlainScalar(object));
  const left = leftUnderLimits(state, each.role);
  const limited = shrinkToLimits(plain, leftOf(left));
  const extra = withinHeadroom(state, limited);
  const blame = (): Explanation | undefined =>
    blameLimit(plain, limited, left) ?? blameHeadroom(state, limited, extra);
  return { offer: withAlong(settings, plain, extra, along), blame };
}

/** Mesos gives all ports to whom it gives any part of an agent; incrementally they are split. */
function withAlong(
  settings: Settings,
  plain: Resources,
  given: Resources,
  along: Resources,
): Resources {
  const ports = settings.batch ? along : portsInProportion(along, plain, given);
  return addResources(given, ports);
}

/** While anything is required to stay free, only the spare part may go. */
function withinHeadroom(state: State, bag: Resources): Resources {
  if (requiredHeadroom(state).length === 0) return bag;
  return shrink(bag, spareHeadroom(state));
}

/** What the offer as it would be made is tested for: asks, minimum, filters. */
function finalGate(
  state: State,
  settings: Settings,
  each: Case,
  offer: Resources,
): Explanation | undefined {
  // Shared objects are always free: alone they are offered when something else happens, not forever.
  const alone = !each.queued && offer.every(isShared);
  if (offer.length === 0 || alone) return { kind: 'nothingFree' };
  const unasked = askGate(state, settings, each, offer, each.made);
  if (unasked !== undefined) return unasked;
  const facts = state.frameworks.get(each.frameworkId)?.facts;
  const minimum = facts?.minimumAllocatable?.[each.role] ?? settings.minimum;
  const amounts = quantitiesOf(offer);
  if (minimum.length > 0 && !minimum.some((least) => coversQuantities(amounts, least))) {
    return { kind: 'belowMinimum', minimum };
  }
  const filter = state.filters.find(
    ({ frameworkId, role, agentId, resources }) =>
      frameworkId === each.frameworkId &&
      role === each.role &&
      agentId === each.agentId &&
      containsResources(resources, offer),
  );
  return filter === undefined ? undefined : { kind: 'filtered', until: filter.until };
}

/** At most one offer of a shared object in a run (offer-core 1.1). */
function sharedOffered(each: Case): readonly Resource[] {
  return each.made
    .filter((made) => made.agentId === each.agentId)
    .flatMap((made) => [...filterResources(made.resources, isShared)]);
}

function blameLimit(
  before: Resources,
  after: Resources,
  left: ReadonlyMap<string, LimitLeft>,
): Explanation | undefined {
  const name = shortened(before, after);
  const least = name === undefined ? undefined : left.get(name);
  if (name === undefined || least === undefined) return undefined;
  const { role, limit, consumed } = least;
  return { kind: 'limit', role, name, limit, consumed };
}

function blameHeadroom(state: State, before: Resources, after: Resources): Explanation | undefined {
  const name = shortened(before, after);
  if (name === undefined) return undefined;
  const required = quantityOf(requiredHeadroom(state), name);
  const available = quantityOf(availableHeadroom(state), name);
  return { kind: 'headroom', name, required, available };
}

/** The first name of which less is left. */
function shortened(before: Resources, after: Resources): string | undefined {
  const amounts = scalarQuantitiesOf(after);
  return scalarQuantitiesOf(before).find(({ name, milli }) => quantityOf(amounts, name) < milli)
    ?.name;
}

function leftOf(limits: ReadonlyMap<string, LimitLeft>): ReadonlyMap<string, number> {
  return new Map([...limits].map(([name, { left }]) => [name, left]));
}

function no(because: Explanation): Verdict {
  return { kind: 'no', because };
}
