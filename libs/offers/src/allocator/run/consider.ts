import { coversQuantities, type Quantities } from '../../resources/index.js';
import {
  quantitiesOfChunk,
  type AgentEntry,
  type Chunk,
  type Subscription,
} from '../books/index.js';
import { coverAny } from '../shares/index.js';
import { asksRefusal } from './asks-gate.js';
import { refuse, type RunContext } from './context.js';
import { cutToQuota } from './quota-gate.js';
import { usableBy } from './usable.js';

/**
 * What one framework would be offered of one agent under one role at this moment, or `undefined`.
 * The run and `explain` ask this one function, so the answer is the reason. Gates in order: who may
 * be looked at, what fits together, what is free, what quotas leave, what the framework asks for,
 * what is worth an offer, what it declined.
 */
export function consider(
  context: RunContext,
  subscription: Subscription,
  agent: AgentEntry,
): Chunk | undefined {
  context.gang = undefined;
  if (context.why !== undefined && !wants(context, subscription)) return undefined;
  if (!isFitting(context, subscription, agent)) return undefined;
  const usable = usableBy(context, subscription, agent);
  if (usable.resources.length === 0) {
    refuse(context, () => ({ kind: 'nothingFree' }));
    return undefined;
  }
  const chunk = context.books.nodes.anyQuota
    ? cutToQuota(context, subscription, agent, usable)
    : usable;
  if (chunk === undefined) return undefined;
  const { traits } = subscription.framework;
  // What a quota cut says more than that the rest is too little for the ask.
  const cut = chunk === usable ? undefined : context.why?.explanation;
  if (traits.asks && asksRefusal(context, subscription, agent, chunk)) {
    if (cut !== undefined && context.why !== undefined) context.why.explanation = cut;
    return undefined;
  }
  if (!isEnough(context, subscription, chunk, usable)) return undefined;
  return isFiltered(context, subscription, agent, chunk) ? undefined : chunk;
}

/** The run walks only those who want something. */
function wants(context: RunContext, subscription: Subscription): boolean {
  const { framework, subscribed, suppressed, asks } = subscription;
  const no = (kind: 'frameworkInactive' | 'notSubscribed' | 'suppressed' | 'noAsk'): boolean => {
    refuse(context, () => ({ kind }));
    return false;
  };
  if (!framework.active) return no('frameworkInactive');
  if (!subscribed) return no('notSubscribed');
  if (suppressed) return no('suppressed');
  if (framework.traits.asks && asks.asks.size === 0) return no('noAsk');
  return true;
}

/** Whether framework and agent go together at all, whatever is free. */
export function isFitting(
  context: RunContext,
  subscription: Subscription,
  agent: AgentEntry,
): boolean {
  if (!agent.traits.plain && !isCapable(context, subscription, agent)) return false;
  if (subscription.constraints?.admits(agent.facts) !== false) return true;
  refuse(context, () => ({ kind: 'offerConstraints' }));
  return false;
}

/** Capabilities and regions (offer-core 1.2, 2.3; CAP-08 to CAP-12). */
function isCapable(context: RunContext, subscription: Subscription, agent: AgentEntry): boolean {
  const { framework, role } = subscription;
  const { missing, gpus, remote } = agent.traits;
  const agentLacks = missing.has('MULTI_ROLE')
    ? 'MULTI_ROLE'
    : role.nested && missing.has('HIERARCHICAL_ROLE')
      ? 'HIERARCHICAL_ROLE'
      : undefined;
  if (agentLacks !== undefined) {
    refuse(context, () => ({ kind: 'agentCapability', missing: agentLacks }));
    return false;
  }
  const keptForGpus = gpus && context.rules.filterGpu && !framework.traits.gpus;
  if (!keptForGpus && (!remote || framework.traits.remote)) return true;
  const lacks = keptForGpus ? 'GPU_RESOURCES' : 'REGION_AWARE';
  refuse(context, () => ({ kind: 'frameworkCapability', missing: lacks }));
  return false;
}

/** At least one of the minimums, of the role's framework or of all (offer-core 2.6). */
function isEnough(
  context: RunContext,
  subscription: Subscription,
  chunk: Chunk,
  usable: Chunk,
): boolean {
  const { minimum: own } = subscription;
  const { rules } = context;
  const minimum = own ?? rules.minimum;
  if (minimum.length === 0) return true;
  // The common minimum is asked of the same chunk again and again.
  const enough =
    own === undefined
      ? (chunk.enough ??=
          coverAny(chunk.scalars, rules.minimumAmounts) || coversAny(chunk, minimum))
      : coversAny(chunk, minimum);
  if (enough) return true;
  // Where a quota made it too little, the quota's own reason stands.
  if (chunk === usable || context.why?.explanation === undefined) {
    refuse(context, () => ({ kind: 'belowMinimum', minimum }));
  }
  return false;
}

/** Shared volumes and ports count too, but seldom decide. */
function coversAny(chunk: Chunk, minimum: readonly Quantities[]): boolean {
  const amounts = quantitiesOfChunk(chunk);
  return minimum.some((each) => coversQuantities(amounts, each));
}

function isFiltered(
  context: RunContext,
  subscription: Subscription,
  agent: AgentEntry,
  chunk: Chunk,
): boolean {
  const { filters } = subscription;
  if (filters.size === 0) return false;
  const filter = filters.blocking(agent, chunk.resources, context.why?.now);
  if (filter === undefined) return false;
  const { until, reason } = filter;
  refuse(context, () =>
    reason === undefined ? { kind: 'filtered', until } : { kind: 'filtered', until, reason },
  );
  return true;
}
