import { err, millis, ok, present, type AgentId, type Millis } from '@ekiden/kernel';
import type { Result, TaskReason, TaskState } from '@ekiden/kernel';

import { filterDuration } from '../allocator/index.js';
import type {
  CallRefusal,
  Filters,
  FrameworkCall,
  FrameworkId,
  Offer,
  OfferId,
  TaskLaunch,
} from '../framework/index.js';
import {
  addResources,
  containsResources,
  formatResources,
  NO_RESOURCES,
  type Resources,
  subtractResources,
} from '../resources/index.js';
import type { Draft } from './draft.js';
import type { TaskRow } from './rows.js';

type Accept = Extract<FrameworkCall, { kind: 'accept' }>;
type Decline = Extract<FrameworkCall, { kind: 'decline' }>;

/**
 * Launches tasks on the resources of one or more offers; the rest is declined with the filters
 * given (offer-core 1.5). When the offers or task ids are invalid none of it happens: offers that
 * still live are freed without a filter and every launch is answered with `TASK_DROPPED`. A launch
 * that does not fit is answered with `TASK_ERROR` and hinders no other.
 */
export function accept(
  draft: Draft,
  framework: FrameworkId,
  call: Accept,
): Result<void, CallRefusal> {
  const offers = liveOffers(draft, framework, call.offerIds);
  const refusal = offersRefusal(call.offerIds, offers) ?? taskRefusal(draft, call.launches);
  if (refusal !== undefined) {
    for (const offer of offers) draft.discardOffer(offer);
    dropLaunches(draft, framework, call.launches, offers[0]?.agentId, refusal);
    return err(refusal);
  }
  const first = present(offers[0], 'an accepted offer');
  let rest: Resources = NO_RESOURCES;
  for (const offer of offers) {
    draft.removeOffer(offer);
    rest = addResources(rest, offer.resources);
  }
  for (const task of call.launches) {
    if (task.resources.length === 0) {
      failLaunch(draft, first, task, 'the task uses no resources');
    } else if (!containsResources(rest, task.resources)) {
      const texts = [formatResources(task.resources), formatResources(rest)];
      failLaunch(draft, first, task, `the task uses ${texts.join(', more than the ')} offered`);
    } else {
      rest = subtractResources(rest, task.resources);
      launch(draft, first, task);
    }
  }
  draft.recover(first, rest, filterEnd(draft, call.filters));
  return ok(undefined);
}

/** Gives offers back; ids of offers that are gone, or another's, are passed over. */
export function decline(draft: Draft, framework: FrameworkId, call: Decline): void {
  const until = filterEnd(draft, call.filters);
  for (const offer of liveOffers(draft, framework, call.offerIds)) {
    draft.removeOffer(offer);
    draft.recover(offer, offer.resources, until);
  }
}

function filterEnd(draft: Draft, filters: Filters | undefined): Millis | undefined {
  const duration = filterDuration(filters?.refuseSeconds);
  return duration === 0 ? undefined : millis(draft.ctx.now + duration);
}

/** The listed offers that exist and belong to the framework, each once. */
function liveOffers(
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

function taskRefusal(draft: Draft, launches: readonly TaskLaunch[]): CallRefusal | undefined {
  const seen = new Set<string>();
  for (const { taskId } of launches) {
    if (seen.has(taskId) || draft.tasks.has(taskId)) return { kind: 'duplicateTask', taskId };
    seen.add(taskId);
  }
  return undefined;
}

/** A task that exists is left alone: the status would be taken for the running one's. */
function dropLaunches(
  draft: Draft,
  framework: FrameworkId,
  launches: readonly TaskLaunch[],
  agentId: AgentId | undefined,
  refusal: CallRefusal,
): void {
  const message = refusal.kind === 'invalidOffers' ? refusal.rule : 'a task id is in use';
  for (const task of launches) {
    if (draft.tasks.has(task.taskId)) continue;
    const told = { state: 'TASK_DROPPED', reason: 'TASK_INVALID', message } as const;
    tell(draft, framework, agentId ?? ('' as AgentId), task, told);
  }
}

function failLaunch(draft: Draft, offer: Offer, task: TaskLaunch, message: string): void {
  const told = { state: 'TASK_ERROR', reason: 'TASK_INVALID', message } as const;
  tell(draft, offer.frameworkId, offer.agentId, task, told);
}

function tell(
  draft: Draft,
  framework: FrameworkId,
  agentId: AgentId,
  task: TaskLaunch,
  told: { readonly state: TaskState; readonly reason: TaskReason; readonly message: string },
): void {
  const { taskId } = task;
  const at = draft.ctx.now;
  draft.emitStatus(framework, { ...told, taskId, agentId, source: 'MASTER', at });
}

function launch(draft: Draft, offer: Offer, task: TaskLaunch): void {
  const { now, epoch } = draft.ctx;
  const row: TaskRow = {
    id: task.taskId,
    frameworkId: offer.frameworkId,
    role: offer.role,
    agentId: offer.agentId,
    name: task.name,
    resources: task.resources,
    state: 'TASK_STAGING',
    info: task.info,
    epoch,
    launchedAt: now,
    statusAt: now,
  };
  draft.tasks.put(row.id, row);
  draft.effects.push({ kind: 'launch', agentId: row.agentId, task: row });
}
