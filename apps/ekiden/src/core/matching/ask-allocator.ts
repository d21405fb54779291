import { assertNever, type AgentId } from '@ekiden/kernel';
import {
  describeExplanation,
  type Explanation,
  type FrameworkId,
  type Quantities,
} from '@ekiden/offers';
import type { AppDefinition } from '../app/index.js';
import { shapeOf } from './shape-of.js';
import type { Refusal } from './refusal.js';

/** Asks the allocator for the first gate between a framework and an offer. */
export type AskAllocator = (query: {
  readonly framework: FrameworkId;
  readonly role: string;
  readonly agent: AgentId;
  readonly shape: Quantities;
}) => Explanation;

export type AllocatorRefusal = Extract<Refusal, { readonly by: 'allocator' }>;

/** Whom a gate keeps back: every agent alike, or this one. */
export interface AskedGate {
  readonly scope: 'app' | 'agent';
  readonly refusal: AllocatorRefusal;
}

/**
 * Why the allocator offers an agent's free resources for an app to somebody else or to nobody;
 * `undefined` where it would offer them, or where matching says the same with numbers.
 */
export function askedGate(
  ask: AskAllocator,
  app: AppDefinition,
  { framework, agent }: { readonly framework: FrameworkId; readonly agent: AgentId },
): AskedGate | undefined {
  const explanation = ask({ framework, role: app.role, agent, shape: shapeOf(app) });
  const scope = scopeOf(explanation);
  if (scope === undefined) return undefined;
  const pair = { framework, role: app.role, agent };
  const { message } = describeExplanation(explanation, pair);
  return { scope, refusal: { by: 'allocator', gate: explanation.kind, message } };
}

function scopeOf(explanation: Explanation): AskedGate['scope'] | undefined {
  switch (explanation.kind) {
    case 'recovering':
    case 'notSubscribed':
    case 'frameworkInactive':
    case 'suppressed':
    case 'limit':
    case 'headroom':
    case 'gang':
      return 'app';
    case 'hostLeftOut':
    case 'agentCapability':
    case 'frameworkCapability':
    case 'offerConstraints':
    case 'belowMinimum':
    case 'filtered':
    case 'outranked':
      return 'agent';
    // Instances that wait for their backoff are not asked for; the rest matching says itself.
    case 'noAsk':
    case 'askConstraints':
    case 'unknownAgent':
    case 'agentInactive':
    case 'nothingFree':
    case 'insufficient':
    case 'none':
      return undefined;
    default:
      return assertNever(explanation);
  }
}
