import { assert } from '@ekiden/kernel';
import type {
  Ask,
  FrameworkCapability,
  Offer,
  OfferId,
  OfferOperation,
  TaskLaunch,
} from '@ekiden/offers';
import {
  matchOffers,
  shapeWithText,
  type Demand,
  type Launch,
  type MatchOptions,
} from '../matching/index.js';
import { ServiceDirectory } from '../traffic/index.js';
import {
  FAILOVER_TIMEOUT,
  FRAMEWORK_NAME,
  REFUSE_SECONDS,
  type TurnContext,
} from '../turn/index.js';
import { leftAfter } from '../volume/index.js';
import { hearMaster } from './hear-master.js';
import { appsWithRoom, withoutReserved } from './rollouts/index.js';
import { byPriority, preempt, priorityOf, reservedAgents } from './preempt.js';
import {
  askFor,
  claimFresh,
  claimReturn,
  operationsOf,
  returningOf,
  type ClaimedPlace,
  type Returning,
} from './place-residents.js';
import { provision, type Placement } from './provision.js';
import { releaseRoom } from './release-room.js';
import { demandsOf, oneByConfig, stillWaiting } from './waiting-demands.js';

/** Offers come for asks alone; a lost task says that it is lost; hosts with GPUs are for all. */
const CAPABILITIES: readonly FrameworkCapability[] = [
  'ASKS',
  'GPU_RESOURCES',
  'PARTITION_AWARE',
  'REGION_AWARE',
  'RESERVATION_REFINEMENT',
  'TASK_KILLING_STATE',
];

const OFFERS_MIN = 32;

/** Rounds of "ask, be offered, accept" within one turn; what is left goes on in the next. */
const ROUNDS_MAX = 4;

/**
 * Finds places for waiting instances: tells the master what is needed, takes what it offers,
 * launches what fits. Launches become rows of this turn; the host hears of them after the commit.
 * Returns whether more could be placed at once by another turn.
 */
export function placeInstances(context: TurnContext): boolean {
  const { master, settings } = context;
  let demands: readonly Demand[] | undefined;
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const budget = settings.launchesPerTurn - context.launched.size;
    // Whether anything is left to place shows in the next turn, which looks at it anyway.
    if (budget <= 0) return true;
    demands ??= demandsOf(context);
    const wishes = { demands, returning: returningOf(context) };
    subscribe(context, wishes);
    ask(context, wishes);
    master.allocate(offersFor(wishes, settings.offersPerTurn, round));
    const offers = hearMaster(context);
    if (offers.length === 0) {
      releaseRoom(context, demands);
      preempt(context, demands);
      return false;
    }
    demands = stillWaiting(demands, answer(context, wishes, offers, budget));
  }
  return (demands?.length ?? 0) + returningOf(context).length > 0;
}

/** What is to be placed: where there is room, and where its data is. */
interface Wishes {
  readonly demands: readonly Demand[];
  readonly returning: readonly Returning[];
}

function countOf({ demands, returning }: Wishes): number {
  return demands.reduce((sum, { waiting }) => sum + waiting.length, returning.length);
}

/**
 * Enough hosts to choose among, not every host of the cluster for one instance; for whom they were
 * not enough, as many as may be looked at: it may be pinned to one of thousands.
 */
function offersFor(wishes: Wishes, most: number, round: number): number {
  return round > 0 ? most : Math.min(most, Math.max(OFFERS_MIN, countOf(wishes) * 2));
}

/**
 * Connects our framework at the beginning of a term: what hosts report before that would reach the
 * master alone.
 */
export function connect(context: TurnContext): void {
  const { draft, settings, state } = context;
  if (draft.roles.size > 0) return;
  const { masterName: master } = settings;
  const isKnown = state.master.state.frameworks.get(state.frameworkId) !== undefined;
  if (isKnown) {
    draft.events.push({ type: 'scheduler_disconnected_event' });
    draft.events.push({ type: 'scheduler_reregistered_event', master });
  } else {
    const { frameworkId } = state;
    draft.events.push({ type: 'scheduler_registered_event', frameworkId, master });
  }
  subscribe(context, { demands: [], returning: [] });
}

/** The master offers for subscribed roles only; apps bring theirs along. */
function subscribe(context: TurnContext, { demands, returning }: Wishes): void {
  const { draft, master, settings, state } = context;
  const wanted = new Set([
    settings.apps.defaultRole,
    ...demands.map(({ app }) => app.role),
    ...returning.map(({ reservation }) => reservation.role),
  ]);
  const missing = [...wanted].filter((role) => !draft.roles.has(role));
  if (missing.length === 0) return;
  const isConnected = draft.roles.size > 0;
  for (const role of missing) draft.roles.add(role);
  const wish = { roles: [...draft.roles].sort(), capabilities: CAPABILITIES };
  const answered = isConnected
    ? master.call(state.frameworkId, { kind: 'updateFramework', update: wish })
    : master.subscribe({
        id: state.frameworkId,
        name: FRAMEWORK_NAME,
        failoverTimeout: FAILOVER_TIMEOUT,
        ...wish,
      });
  assert(answered.ok, `the master refused our subscription: ${JSON.stringify(answered)}`);
}

function ask(context: TurnContext, { demands, returning }: Wishes): void {
  const asks = [...returning.map((each) => askFor(context, each)), ...asksFor(demands)];
  const answered = context.master.call(context.state.frameworkId, { kind: 'ask', asks });
  assert(answered.ok, `the master refused our asks: ${JSON.stringify(answered)}`);
}

/** One ask for all apps of one role, shape and priority: ten thousand small apps mostly want the same. */
function asksFor(demands: readonly Demand[]): readonly Ask[] {
  const asks = new Map<string, Ask>();
  for (const { app, waiting } of demands) {
    const { amounts: shape, text } = shapeWithText(app);
    const { priority } = app;
    const id = `${app.role} ${text}${priority === undefined ? '' : ` at ${priority}`}`;
    const count = (asks.get(id)?.count ?? 0) + waiting.length;
    const urgency = priority === undefined ? {} : { priority };
    asks.set(id, { id, role: app.role, shape, count, ...urgency });
  }
  return [...asks.values()];
}

/** What is done with one offer. */
interface Accept {
  readonly launches: TaskLaunch[];
  readonly operations: OfferOperation[];
}

/** Accepts what instances are launched on, declines the rest; returns what of the demands was met. */
function answer(
  context: TurnContext,
  wishes: Wishes,
  offers: readonly Offer[],
  budget: number,
): readonly Launch[] {
  const { master, state, chance } = context;
  const { launchesPerOffer } = context.settings;
  const services = new ServiceDirectory(context.draft);
  const accepts = new Map<OfferId, Accept>();
  const acceptOf = (offer: Offer): Accept => {
    const accept = accepts.get(offer.id) ?? { launches: [], operations: [] };
    accepts.set(offer.id, accept);
    return accept;
  };
  // Drained agents are not offered; those in maintenance are, as their frameworks may know better.
  const usable = offers.filter(({ agentId }) => !context.draft.leaving.has(agentId));
  const rest = bringBack({ context, services, acceptOf }, wishes.returning, usable, budget);
  const launchesMax = budget - rest.launched;
  const options = { chance, launchesMax, launchesPerOffer };
  const launches = matchByPriority(context, oneByConfig(wishes.demands), rest.offers, options);
  context.offers.incoming += offers.length;
  for (const launch of launches) {
    const { app, instance, offer, match } = launch;
    if (match.disks === undefined) {
      const { hostPorts, resources } = match;
      const place = { app, instance, offer, hostPorts, resources };
      acceptOf(offer).launches.push(provision(context, place, services));
    } else {
      launchClaimed(context, { app, instance, offer }, claimFresh(context, launch), {
        services,
        accept: acceptOf(offer),
      });
    }
  }
  for (const id of new Set(launches.map(({ app }) => app.id))) {
    context.draft.served.put(id, context.now);
  }
  for (const [offerId, { launches, operations }] of accepts) {
    const accepted = master.call(state.frameworkId, {
      kind: 'accept',
      offerIds: [offerId],
      ...(launches.length === 0 ? {} : { launches }),
      ...(operations.length === 0 ? {} : { operations }),
      filters: { refuseSeconds: 0 },
    });
    assert(accepted.ok, `the master refused an accept: ${JSON.stringify(accepted)}`);
  }
  const unused = offers.flatMap(({ id }) => (accepts.has(id) ? [] : [id]));
  context.offers.declined += unused.length;
  if (unused.length > 0) {
    const launched = launches.length + rest.launched;
    const wanted = launched < countOf(wishes);
    master.call(state.frameworkId, {
      kind: 'decline',
      offerIds: unused,
      // Not wanted by anybody: free at once for the next wish. Refused: away for a while.
      filters: { refuseSeconds: wanted && budget > launched ? REFUSE_SECONDS : 0 },
    });
  }
  return launches;
}

/**
 * The highest priority first. Where room is being made for one, lower ones take nothing meanwhile;
 * what is left of an offer that was used comes back in the next round.
 */
function matchByPriority(
  context: TurnContext,
  demands: readonly Demand[],
  offers: readonly Offer[],
  options: MatchOptions,
): readonly Launch[] {
  const reserved = reservedAgents(context);
  const owners = appsWithRoom(context);
  const launches: Launch[] = [];
  let left = offers;
  for (const alike of ownersFirst(context, byPriority(demands))) {
    const isOwner = alike.some(({ app }) => owners.has(app.id));
    const own = priorityOf(alike[0]?.app);
    const may = left.filter(({ agentId }) => (reserved.get(agentId) ?? own) <= own);
    const open =
      isOwner || owners.size === 0 ? may : may.map((offer) => lessReserved(context, offer));
    const launchesMax = options.launchesMax - launches.length;
    if (launchesMax <= 0) break;
    launches.push(...matchOffers(alike, open, { ...options, launchesMax }).launches);
    const used = new Set(launches.map(({ offer }) => offer.id));
    left = left.filter(({ id }) => !used.has(id));
  }
  return launches;
}

/** Those for whom room is reserved take theirs before anybody takes what is left. */
function ownersFirst(
  context: TurnContext,
  classes: readonly (readonly Demand[])[],
): readonly (readonly Demand[])[] {
  const owners = appsWithRoom(context);
  if (owners.size === 0) return classes;
  const isOwner = ({ app }: Demand): boolean => owners.has(app.id);
  const own = classes.map((alike) => alike.filter(isOwner));
  const others = classes.map((alike) => alike.filter((demand) => !isOwner(demand)));
  return [...own, ...others].filter((alike) => alike.length > 0);
}

function lessReserved(context: TurnContext, offer: Offer): Offer {
  const row = context.master.agent(offer.agentId);
  if (row === undefined) return offer;
  return { ...offer, resources: withoutReserved(context, row, offer.resources) };
}

interface Answering {
  readonly context: TurnContext;
  readonly services: ServiceDirectory;
  readonly acceptOf: (offer: Offer) => Accept;
}

/** Instances with data go first: they have nowhere else to go. Returns what they leave. */
function bringBack(
  { context, services, acceptOf }: Answering,
  returning: readonly Returning[],
  offers: readonly Offer[],
  budget: number,
): { readonly offers: readonly Offer[]; readonly launched: number } {
  if (returning.length === 0) return { offers, launched: 0 };
  let launched = 0;
  const left = new Map(offers.map((offer) => [offer.id, offer]));
  for (const each of returning) {
    if (launched >= budget) break;
    for (const offer of left.values()) {
      const claimed = claimReturn(context, each, offer);
      if (claimed === undefined) continue;
      const { app, instance } = each;
      const accept = acceptOf(offer);
      launchClaimed(context, { app, instance, offer }, claimed, { services, accept });
      const resources = leftAfter(offer.resources, claimed.claim);
      left.set(offer.id, { ...offer, resources });
      launched += 1;
      break;
    }
  }
  return { offers: [...left.values()], launched };
}

function launchClaimed(
  context: TurnContext,
  place: Pick<Placement, 'app' | 'instance' | 'offer'>,
  { claim, reservation, volumes }: ClaimedPlace,
  to: { readonly services: ServiceDirectory; readonly accept: Accept },
): void {
  const { hostPorts, use: resources } = claim;
  const placement = { ...place, hostPorts, resources, reservation, volumes };
  const task = provision(context, placement, to.services);
  to.accept.operations.push(...operationsOf(claim), { kind: 'LAUNCH', tasks: [task] });
}
