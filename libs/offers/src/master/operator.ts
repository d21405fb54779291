import { err, ok, type AgentId, type Result } from '@ekiden/kernel';

import type { Offer, ResourceOperation } from '../framework/index.js';
import {
  addResources,
  applyConversions,
  containsResources,
  intersectResources,
  subtractSaturating,
  type Conversion,
  type Resources,
} from '../resources/index.js';
import { convertedTotal } from './agent-total.js';
import type { Draft } from './draft.js';
import { conversionsOf } from './operation-conversions.js';
import { conversionRule, releaseShared } from './operations.js';

/** What an operator may do to an agent's resources; who made a reservation does not matter. */
export type OperatorOperation = Extract<
  ResourceOperation,
  { readonly kind: 'RESERVE' | 'UNRESERVE' | 'CREATE' | 'DESTROY' }
>;

export type OperateRefusal =
  | {
      /** Unknown, gone, out of reach, or not back since the restart. */
      readonly kind: 'agentAway';
    }
  | { readonly kind: 'invalidOperation'; readonly rule: string }
  | {
      /** Tasks use it. */
      readonly kind: 'inUse';
      readonly missing: Resources;
    };

/**
 * RESERVE, UNRESERVE, CREATE and DESTROY by an operator, on what nobody uses (Mesos's operator
 * API). Offers that hold what is needed are taken back, as few as do; nothing is taken back when
 * it would not be enough.
 */
export function operate(
  draft: Draft,
  agentId: AgentId,
  operation: OperatorOperation,
): Result<void, OperateRefusal> {
  const agent = draft.agents.get(agentId);
  if (agent?.registered !== true || !agent.reachable) return err({ kind: 'agentAway' });
  const made = conversionsOf(operation, agent);
  if (!made.ok) return err({ kind: 'invalidOperation', rule: made.error });
  const conversions = made.value;
  const after = convertedTotal(agent, conversions);
  if (!after.ok) return err({ kind: 'invalidOperation', rule: conversionRule(after.error) });
  const toRescind = freeing(draft, agentId, conversions);
  if (!toRescind.ok) return toRescind;
  if (operation.kind === 'DESTROY') {
    const released = releaseShared(draft, agentId, operation.volumes);
    if (!released.ok) return err({ kind: 'invalidOperation', rule: released.error });
  }
  for (const offer of toRescind.value) {
    if (draft.offers.has(offer.id)) draft.discardOffer(offer, 'an operator needs what it holds');
  }
  draft.agents.put(agentId, after.value);
  draft.touched.add(agentId);
  draft.allocator.reduce({ kind: 'agentConverted', agentId, conversions });
  return ok(undefined);
}

/** The offers to take back so that what is converted is free. */
function freeing(
  draft: Draft,
  agentId: AgentId,
  conversions: readonly Conversion[],
): Result<readonly Offer[], OperateRefusal> {
  let free = draft.allocator.agent(agentId)?.available;
  if (free === undefined) return err({ kind: 'agentAway' });
  const chosen: Offer[] = [];
  const wanted = conversions.reduce<Resources | undefined>(
    (sum, { consumed }) => (sum === undefined ? consumed : addResources(sum, consumed)),
    undefined,
  );
  if (wanted === undefined || applyConversions(free, conversions).ok) return ok(chosen);
  for (const offer of draft.offers.by('agent', agentId)) {
    const missing = subtractSaturating(wanted, free);
    if (intersectResources(missing, offer.resources).length === 0) continue;
    chosen.push(offer);
    free = addResources(free, offer.resources);
    if (containsResources(free, wanted)) return ok(chosen);
  }
  return err({ kind: 'inUse', missing: subtractSaturating(wanted, free) });
}
