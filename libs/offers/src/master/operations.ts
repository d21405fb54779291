import { err, isTerminalTaskState, ok, present, type AgentId, type Result } from '@ekiden/kernel';

import type { FrameworkId, OperationStatus, ResourceOperation } from '../framework/index.js';
import {
  addResources,
  applyConversions,
  compareIdentity,
  formatResources,
  isShared,
  subtractResources,
  type Conversion,
  type ConversionRefusal,
  type Resources,
} from '../resources/index.js';
import { convertedTotal } from './agent-total.js';
import type { Draft } from './draft.js';
import { conversionsOf } from './operation-conversions.js';
import type { Remainder } from './remainder.js';

/**
 * Does one operation on the running remainder, or says why not; then nothing of it has happened.
 * Failures are always told, success where the operation has an id (offer-core 1.5).
 */
export function perform(draft: Draft, left: Remainder, operation: ResourceOperation): void {
  const { frameworkId, agentId } = left.owner;
  const done = convert(draft, left, operation);
  if (!done.ok) {
    failOperation(draft, frameworkId, agentId, operation, done.error);
  } else if (operation.id !== undefined) {
    const state = 'FINISHED';
    tell(draft, frameworkId, operation, { agentId, state, converted: done.value });
  }
}

export function failOperation(
  draft: Draft,
  frameworkId: FrameworkId,
  agentId: AgentId | undefined,
  operation: ResourceOperation,
  message: string,
): void {
  const where = agentId === undefined ? {} : { agentId };
  tell(draft, frameworkId, operation, { ...where, state: 'ERROR', message });
}

/** In words, for an operation's message. */
export function conversionRule(refusal: ConversionRefusal): string {
  return refusal.kind === 'notContained'
    ? `${formatResources(refusal.missing)} of it is not there`
    : `there are more copies of ${formatResources(refusal.copies)}`;
}

/** A shared volume cannot go while a task has it; offers of it are taken back (Mesos's DESTROY). */
export function releaseShared(
  draft: Draft,
  agentId: AgentId,
  volumes: Resources,
): Result<void, string> {
  const shared = volumes.filter(isShared);
  if (shared.length === 0) return ok(undefined);
  const holds = (resources: Resources): boolean =>
    resources.some((each) => shared.some((volume) => compareIdentity(each, volume) === 0));
  for (const task of draft.tasks.by('agent', agentId)) {
    if (!isTerminalTaskState(task.state) && holds(task.resources)) {
      return err(`task ${task.id} uses the volume`);
    }
  }
  for (const offer of draft.offers.by('agent', agentId)) {
    if (holds(offer.resources)) draft.discardOffer(offer, 'a shared volume of it is destroyed');
  }
  return ok(undefined);
}

function convert(
  draft: Draft,
  left: Remainder,
  operation: ResourceOperation,
): Result<Resources, string> {
  const { frameworkId, role, agentId } = left.owner;
  const agent = present(draft.agents.get(agentId), 'the agent of an offer');
  const { info } = draft.framework(frameworkId);
  const made = conversionsOf(operation, agent, { role, info });
  if (!made.ok) return made;
  const conversions = made.value;
  const rest = applyConversions(left.rest, conversions);
  if (!rest.ok) return err(conversionRule(rest.error));
  const after = convertedTotal(agent, conversions);
  if (!after.ok) return err(conversionRule(after.error));
  if (operation.kind === 'DESTROY') {
    const released = releaseShared(draft, agentId, operation.volumes);
    if (!released.ok) return released;
  }
  draft.agents.put(agentId, after.value);
  draft.touched.add(agentId);
  draft.allocator.reduce({ kind: 'converted', frameworkId, role, agentId, conversions });
  left.converted = true;
  const result = resultOf(conversions);
  left.shared.push(...result.filter(isShared));
  if (operation.kind === 'GROW_VOLUME' || operation.kind === 'SHRINK_VOLUME') {
    left.rest = subtractResources(rest.value, result);
    left.kept = addResources(left.kept, result);
  } else {
    left.rest = rest.value;
  }
  return ok(result);
}

function resultOf(conversions: readonly Conversion[]): Resources {
  return conversions
    .map(({ converted }) => converted)
    .reduce((sum, each) => addResources(sum, each));
}

function tell(
  draft: Draft,
  frameworkId: FrameworkId,
  operation: ResourceOperation,
  outcome: Pick<OperationStatus, 'agentId' | 'state' | 'message' | 'converted'>,
): void {
  const { id, kind } = operation;
  const named = id === undefined ? {} : { operationId: id };
  draft.emit(frameworkId, { kind: 'operation', status: { ...named, operation: kind, ...outcome } });
}
