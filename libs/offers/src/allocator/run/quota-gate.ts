import {
  addResources,
  filterResources,
  isReserved,
  isRevocable,
  isShared,
  NO_RESOURCES,
  resourcesOf,
  shrinkToQuantities,
  subtractResources,
  type Milli,
  type Range,
  type Resource,
  type Resources,
} from '../../resources/index.js';
import {
  isOpen,
  summedUp,
  type AgentEntry,
  type Chunk,
  type RoleEntry,
  type RoleNode,
  type Subscription,
} from '../books/index.js';
import type { Explanation } from '../explanation.js';
import {
  add,
  equalAmounts,
  excess,
  isNothing,
  type Amounts,
  type ReadonlyAmounts,
} from '../shares/index.js';
import { refuse, type RunContext } from './context.js';

/**
 * What quotas leave of an agent's free resources (offer-core 2.3). Only unreserved, non-revocable
 * scalars are cut; the rest goes along. In the stage of guarantees something of what is promised
 * and missing must be there; it is given in any case, the rest of the agent only as far as limits
 * and the headroom of others allow.
 */
export function cutToQuota(
  context: RunContext,
  subscription: Subscription,
  agent: AgentEntry,
  usable: Chunk,
): Chunk | undefined {
  const { books } = context;
  const { node } = subscription.role;
  const due = context.stage === 'guarantees' ? promised(context, node, usable) : NONE;
  if (context.stage === 'guarantees' && isNothing(due)) return undefined;
  const room = books.nodes.withinLimits(node, usable.open);
  const allowed = sumOf(due, withinHeadroom(context, node, excess(room, due), due));
  if (equalAmounts(allowed, usable.open)) return wholeFor(context, subscription, usable);
  books.lookedAt.keptBack(agent);
  const chunk = parted(context, subscription, usable, allowed);
  if (chunk.resources.length > 0) {
    if (context.why !== undefined) context.why.explanation = reason(context, node, usable, room);
    return chunk;
  }
  refuse(context, () => reason(context, node, usable, room));
  return undefined;
}

const NONE: ReadonlyAmounts = [];

/**
 * Whether limits leave a role nothing of an agent that would be enough for an offer, so that its
 * frameworks need not be looked at.
 */
export function isExhausted(context: RunContext, role: RoleEntry, free: Chunk): boolean {
  if (!free.bare || role.ownMinimums > 0 || !context.rules.needsScalars) return false;
  return context.books.nodes.isExhausted(role.node, free.open);
}

/** What of it the role is promised and does not have, as far as its ancestors' limits allow. */
function promised(context: RunContext, node: RoleNode, usable: Chunk): ReadonlyAmounts {
  const missing = excess(node.guarantees, node.consumed);
  const due: Amounts = [];
  for (let i = 0; i < usable.open.length; i += 1) {
    due.push(Math.min(missing[i] ?? 0, usable.open[i] ?? 0));
  }
  return isNothing(due) ? due : context.books.nodes.withinLimits(node, due);
}

/**
 * What of it is not needed for guarantees of others, `due` having been given already: it was part of
 * what is free, and of what has to stay free.
 */
export function withinHeadroom(
  context: RunContext,
  node: RoleNode,
  room: ReadonlyAmounts,
  due: ReadonlyAmounts = NONE,
): ReadonlyAmounts {
  const { nodes, openFree } = context.books;
  if (isNothing(nodes.required)) return room;
  const required = isNothing(due) ? nodes.required : nodes.requiredWith(node, due);
  const within = room.slice();
  for (let i = 0; i < within.length; i += 1) {
    const needed = required[i] ?? 0;
    if (needed === 0) continue;
    const slack = Math.max(0, (openFree[i] ?? 0) - (due[i] ?? 0) - needed);
    if ((within[i] ?? 0) > slack) within[i] = slack;
  }
  return within;
}

function sumOf(due: ReadonlyAmounts, rest: ReadonlyAmounts): ReadonlyAmounts {
  if (due.length === 0) return rest;
  const sum = rest.slice();
  add(sum, due);
  return sum;
}

/** In the stage of guarantees, reservations of ancestors wait for the second stage. */
function wholeFor(context: RunContext, subscription: Subscription, usable: Chunk): Chunk {
  if (context.stage === 'everything' || usable.bare) return usable;
  const kept = filterResources(usable.resources, (object) => goesAlong(subscription, object));
  return kept === usable.resources ? usable : summedUp(context.books.names, kept);
}

function goesAlong(subscription: Subscription, object: Resource): boolean {
  if (object.type !== 'SCALAR' || isRevocable(object)) return true;
  return !isReserved(object) || object.role === subscription.role.path;
}

function parted(
  context: RunContext,
  subscription: Subscription,
  usable: Chunk,
  allowed: ReadonlyAmounts,
): Chunk {
  const { books, chance, stage } = context;
  const open = filterResources(
    usable.resources,
    (object) => object.type === 'SCALAR' && !isShared(object) && isOpen(object),
  );
  let along = open === usable.resources ? NO_RESOURCES : subtractResources(usable.resources, open);
  if (stage === 'guarantees') {
    along = filterResources(along, (object) => goesAlong(subscription, object));
  }
  const part = shrinkToQuantities(open, books.names.quantities(allowed), chance);
  if (!books.batch) {
    along = portsInProportion(along, largestRatio(books.names.amounts(part), usable));
  }
  return summedUp(books.names, addResources(along, part));
}

/** How much of the agent is given: of the scalar of which most is. */
function largestRatio(part: ReadonlyAmounts, usable: Chunk): number {
  let ratio = 0;
  for (let i = 0; i < usable.open.length; i += 1) {
    const whole = usable.open[i] ?? 0;
    if (whole > 0) ratio = Math.max(ratio, (part[i] ?? 0) / whole);
  }
  return ratio;
}

/**
 * Ports are split like the scalars they go with, so that what is left of an agent is of use to
 * others (MESOS-9324: leftovers without ports circulate for ever). Mesos gives all to the first.
 */
function portsInProportion(along: Resources, ratio: number): Resources {
  if (ratio >= 1 || ratio === 0 || !along.some(isOpenPorts)) return along;
  return resourcesOf(
    along.map((object) =>
      isOpenPorts(object) ? { ...object, ranges: firstMembers(object.ranges, ratio) } : object,
    ),
  );
}

function isOpenPorts(object: Resource): object is Extract<Resource, { type: 'RANGES' }> {
  return object.type === 'RANGES' && object.name === 'ports' && !isReserved(object);
}

function firstMembers(ranges: readonly Range[], ratio: number): readonly Range[] {
  const count = ranges.reduce((sum, range) => sum + range.end - range.begin + 1, 0);
  let left = Math.ceil(count * ratio);
  const first: Range[] = [];
  for (const { begin, end } of ranges) {
    if (left <= 0) break;
    const last = Math.min(end, begin + left - 1);
    first.push({ begin, end: last });
    left -= last - begin + 1;
  }
  return first;
}

/** The limit that is reached, or else the headroom that is needed by others. */
function reason(
  context: RunContext,
  node: RoleNode,
  usable: Chunk,
  room: ReadonlyAmounts,
): Explanation {
  const limit = limitReason(context, node, usable.open);
  if (limit !== undefined) return limit;
  const { nodes, names, openFree } = context.books;
  const number = Math.max(
    0,
    room.findIndex((amount, i) => amount > 0 && (nodes.required[i] ?? 0) > 0),
  );
  return {
    kind: 'headroom',
    name: names.name(number),
    required: (nodes.required[number] ?? 0) as Milli,
    available: (openFree[number] ?? 0) as Milli,
  };
}

/** The first limit, from the role up, that leaves less of these amounts than wanted. */
export function limitReason(
  context: RunContext,
  node: RoleNode,
  wanted: ReadonlyAmounts,
): Explanation | undefined {
  const { nodes, names } = context.books;
  const found = nodes.firstLimit(node, wanted);
  if (found === undefined) return undefined;
  const { at, number, limit } = found;
  return {
    kind: 'limit',
    role: at.path,
    name: names.name(number),
    limit: limit as Milli,
    consumed: (at.consumed[number] ?? 0) as Milli,
  };
}
