import { err, millis, ok, present, type Millis, type Result } from '@ekiden/kernel';

import { filterDuration } from '../allocator/index.js';
import type {
  CallRefusal,
  Filters,
  FrameworkCall,
  FrameworkId,
  Offer,
  OfferId,
  OfferOperation,
  TaskLaunch,
} from '../framework/index.js';
import { addResources, NO_RESOURCES, type Resources } from '../resources/index.js';
import type { Draft } from './draft.js';
import { dropLaunches, launchEach, launchGroup } from './launches.js';
import { failOperation, perform } from './operations.js';
import { partsOf, remainderOf, type Remainder } from './remainder.js';

type Accept = Extract<FrameworkCall, { kind: 'accept' }>;
type Decline = Extract<FrameworkCall, { kind: 'decline' }>;

/**
 * Does operations, launches among them, on the resources of one or more offers, in order on a
 * running remainder; the rest is declined with the filters given, except what operations made,
 * which comes back without one (offer-core 1.5). When the offers or task ids are invalid none of it
 * happens: offers that still live are freed without a filter, every launch is answered with
 * `TASK_DROPPED` and every other operation with ERROR (ADM-01). Nothing is offered in between.
 */
export function accept(
  draft: Draft,
  framework: FrameworkId,
  call: Accept,
): Result<void, CallRefusal> {
  const offers = liveOffers(draft, framework, call.offerIds);
  const refusal = offersRefusal(call.offerIds, offers) ?? taskRefusal(draft, call);
  if (refusal !== undefined) {
    for (const offer of offers) draft.discardOffer(offer);
    refuseAll(draft, framework, call, offers[0], refusal);
    return err(refusal);
  }
  const first = present(offers[0], 'an accepted offer');
  let offered: Resources = NO_RESOURCES;
  for (const offer of offers) {
    draft.removeOffer(offer);
    offered = addResources(offered, offer.resources);
  }
  const left = remainderOf(first, offered);
  if (call.launches !== undefined) launchEach(draft, left, call.launches);
  for (const operation of call.operations ?? []) step(draft, left, operation);
  const { unused, made } = partsOf(left);
  draft.recover(first, unused, filterEnd(draft, call.filters));
  draft.recover(first, made);
  return ok(undefined);
}

/** Gives offers back; ids of offers that are gone, or another's, are passed over. */
export function decline(draft: Draft, framework: FrameworkId, call: Decline): void {
  const until = filterEnd(draft, call.filters);
  for (const offer of liveOffers(draft, framework, call.offerIds)) {
    draft.removeOffer(offer);
    draft.recover(offer, offer.resources, until, call.reason);
  }
}

/** The listed offers that exist and belong to the framework, each once. */
export function liveOffers(
  draft: Draft,
  framework: FrameworkId,
  offerIds: readonly OfferId[],
): readonly Offer[] {
  const live: Offer[] = [];
  for (const id of new Set(offerIds)) {
    const offer = draft.offers.get(id);
    if (offer?.frameworkId === framework) live.push(offer);
  }
  return live;
}

/** The task id that is in use or named twice, if one is. */
export function duplicateTask(
  draft: Draft,
  launches: Iterable<TaskLaunch>,
): CallRefusal | undefined {
  const seen = new Set<string>();
  for (const { taskId } of launches) {
    if (seen.has(taskId) || draft.tasks.has(taskId)) return { kind: 'duplicateTask', taskId };
    seen.add(taskId);
  }
  return undefined;
}

function step(draft: Draft, left: Remainder, operation: OfferOperation): void {
  if (operation.kind === 'LAUNCH') launchEach(draft, left, operation.tasks);
  else if (operation.kind === 'LAUNCH_GROUP') launchGroup(draft, left, operation);
  else perform(draft, left, operation);
}

function filterEnd(draft: Draft, filters: Filters | undefined): Millis | undefined {
  const duration = filterDuration(filters?.refuseSeconds);
  return duration === 0 ? undefined : millis(draft.ctx.now + duration);
}

function offersRefusal(
  offerIds: readonly OfferId[],
  live: readonly Offer[],
): CallRefusal | undefined {
  const first = live[0];
  const kind = 'invalidOffers';
  if (offerIds.length === 0) return { kind, rule: 'an accept names at least one offer' };
  if (new Set(offerIds).size < offerIds.length) return { kind, rule: 'an offer is named once' };
  if (first === undefined || live.length < offerIds.length) {
    return { kind, rule: 'an offer is gone, or was never made to this framework' };
  }
  if (live.some((offer) => offer.agentId !== first.agentId)) {
    return { kind, rule: 'offers accepted together are of one agent' };
  }
  if (live.some((offer) => offer.role !== first.role)) {
    return { kind, rule: 'offers accepted together are of one role' };
  }
  return undefined;
}

function taskRefusal(draft: Draft, call: Accept): CallRefusal | undefined {
  return duplicateTask(draft, launchesOf(call));
}

function launchesOf(call: Accept): readonly TaskLaunch[] {
  const { launches = [], operations } = call;
  if (operations === undefined) return launches;
  const more = operations.flatMap((each) =>
    each.kind === 'LAUNCH' || each.kind === 'LAUNCH_GROUP' ? each.tasks : [],
  );
  return [...launches, ...more];
}

function refuseAll(
  draft: Draft,
  framework: FrameworkId,
  call: Accept,
  offer: Offer | undefined,
  refusal: CallRefusal,
): void {
  const offers = refusal.kind === 'invalidOffers';
  const message = offers ? refusal.rule : 'a task id is in use';
  dropLaunches(draft, framework, launchesOf(call), offer?.agentId, {
    state: 'TASK_DROPPED',
    reason: offers ? 'INVALID_OFFERS' : 'TASK_INVALID',
    message,
  });
  for (const operation of call.operations ?? []) {
    if (operation.kind === 'LAUNCH' || operation.kind === 'LAUNCH_GROUP') continue;
    failOperation(draft, framework, offer?.agentId, operation, message);
  }
}
