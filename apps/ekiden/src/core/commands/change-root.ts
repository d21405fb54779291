import { assertNever, err, millis, ok, type Millis, type Result, type Steps } from '@ekiden/kernel';
import { ROOT_ID, isPod, parentOf, type PathId, type RolloutStrategy } from '../app/index.js';
import type { StrategyChoice } from '../group/index.js';
import type { Origin, Rejection, Reply, RootChange, TurnContext } from '../turn/index.js';
import type { PlanParent, QueuedWrite } from '../wish/index.js';
import { orderWipe } from '../reconcile/index.js';
import {
  adoptChanges,
  planChanges,
  type Adopted,
  type Adoption,
  type ProposedChange,
} from './adopt-changes.js';
import { announceAccepted, announceRefused } from './announce-root.js';
import { movedFrom } from './plan-parent.js';
import { plannedReply } from './planned-reply.js';
import type { Proposal, ProposalOptions } from './proposal.js';
import {
  proposeCreation,
  proposeRemoval,
  proposeRestart,
  proposeRollback,
  proposeUpserts,
} from './propose-apps.js';
import { proposePod, proposePodRemoval, proposePodRestart } from './propose-pods.js';
import {
  proposeGroup,
  proposeGroupRemoval,
  proposeRestoration,
  proposeScaling,
} from './propose-groups.js';

export interface ChangeOptions {
  readonly force: boolean;
  readonly dryRun?: boolean;
  readonly strategy?: RolloutStrategy;
  /** Waits for what is in its way. */
  readonly queue?: boolean;
  readonly parent?: PlanParent;
  /** Of the queued deployment that it is; absent = a new one. */
  readonly id?: string;
  readonly origin: Origin;
}

type QueuedChange = Extract<QueuedWrite, { readonly kind: 'changeRoot' }>;

/**
 * Decides a change of the tree against the root of this moment: what each app was and shall be,
 * service ports, versions, the plan, conflicts. Refused as a whole or taken as a whole; a dry run
 * leaves no trace at all.
 */
export function* changeRoot(
  context: TurnContext,
  change: RootChange,
  options: ChangeOptions,
): Steps<Reply> {
  const moved = movedFrom(context.draft, options.parent);
  if (moved !== undefined) return moved;
  const version = nextVersion(context);
  const { force, strategy, parent, id, origin } = options;
  const proposal = yield* propose(context, change, { version, force });
  const choice = choiceOf(change, strategy);
  const how = { version, force, ...(choice && { choice }), ...(parent && { parent }) };
  if (options.dryRun === true) return yield* dryRun(context, proposal, how);
  const queue = options.queue === true && queuedAs(change, options);
  const notice = { groupId: groupOf(change), version };
  const accepted = (): void => {
    announceAccepted(context, notice);
    announcePost(context, change, origin);
    announcePod(context, change, origin);
  };
  const adoption = { ...how, accepted, ...(id && { id }), ...(queue && { queue }) };
  const outcome = proposal.ok
    ? yield* adoptChanges(context, { ...proposal.value, ...adoption })
    : proposal;
  if (!outcome.ok) {
    announceRefused(context, notice, outcome.error);
    return outcome.error;
  }
  const later = withoutDeployment(outcome.value);
  if (later !== undefined) return later;
  const changes = proposal.ok ? proposal.value.changes : [];
  if (wipes(change)) wipeData(context, changes);
  const created = change.kind === 'createApp' ? changes[0]?.after : undefined;
  const pod =
    change.kind === 'createPod' || change.kind === 'updatePod'
      ? context.draft.apps.get(change.id)
      : undefined;
  return {
    kind: 'deployed',
    deploymentId: outcome.value.deploymentId,
    version,
    isNew: changes.every((c) => c.before === undefined),
    ...(created && { created }),
    ...(pod && isPod(pod) && { pod }),
  };
}

/** The answer where nothing begins now. */
export function withoutDeployment({ deploymentId, queued, unchanged }: Adopted): Reply | undefined {
  if (queued !== undefined) return { kind: 'queued', deploymentId, ...queued };
  return unchanged === true ? { kind: 'unchanged' } : undefined;
}

function queuedAs(change: RootChange, options: ChangeOptions): QueuedChange {
  const { strategy, parent, origin } = options;
  const how = { ...(strategy && { strategy }), ...(parent && { parent }), origin };
  return { kind: 'changeRoot', change, ...how };
}

/** What a queued change asks for now. */
export function* adoptionOf(
  context: TurnContext,
  { change, strategy, parent }: QueuedChange,
): Steps<Result<Adoption, Rejection>> {
  const moved = movedFrom(context.draft, parent);
  if (moved !== undefined) return err(moved);
  const version = nextVersion(context);
  const proposal = yield* propose(context, change, { version, force: false });
  if (!proposal.ok) return proposal;
  const choice = choiceOf(change, strategy);
  return ok({ ...proposal.value, version, force: false, ...(choice && { choice }) });
}

function wipes(change: RootChange): boolean {
  return (change.kind === 'deleteApp' || change.kind === 'deleteGroup') && change.wipe === true;
}

/** What is removed loses its data too, once its last task is over (rollouts.md, Volumes). */
function wipeData(context: TurnContext, changes: readonly ProposedChange[]): void {
  for (const { id, after } of changes) {
    if (after !== undefined) continue;
    for (const { reservationId } of context.draft.volumes.by('app', id)) {
      orderWipe(context, reservationId, 'wiped');
    }
  }
}

/** Versions double as keys, so they strictly increase even if the clock does not. */
export function nextVersion(context: TurnContext): Millis {
  return millis(Math.max(context.now, context.draft.rootVersion + 1));
}

function* dryRun(
  context: TurnContext,
  proposal: Proposal,
  how: Pick<Adoption, 'version' | 'force' | 'choice'>,
): Steps<Reply> {
  return proposal.ok ? yield* planOnly(context, { ...proposal.value, ...how }) : proposal.error;
}

/** The plan that a change would be, and nothing else. */
export function* planOnly(context: TurnContext, adoption: Adoption): Steps<Reply> {
  const planned = yield* planChanges(context, adoption);
  return planned.ok ? yield* plannedReply(context, planned.value) : planned.error;
}

/** The strategy that a write asks for, and of what. */
function choiceOf(
  change: RootChange,
  strategy: RolloutStrategy | undefined,
): StrategyChoice | undefined {
  if (strategy === undefined) return undefined;
  const at = change.kind === 'upsertApps' ? change.entries.map(({ id }) => id) : [change.id];
  return { strategy, at: new Set(at) };
}

/** The group around what is changed (marathon-api 9.2); that of a list is the root. */
function groupOf(change: RootChange): PathId {
  switch (change.kind) {
    case 'upsertApps': {
      const [only] = change.entries;
      return change.listed === true || only === undefined ? ROOT_ID : parentOf(only.id);
    }
    case 'createGroup':
    case 'updateGroup':
    case 'scaleGroup':
    case 'restoreGroup':
    case 'deleteGroup':
    case 'createApp':
    case 'rollbackApp':
    case 'deleteApp':
    case 'restartApp':
    case 'createPod':
    case 'updatePod':
    case 'deletePod':
    case 'restartPod':
      return parentOf(change.id);
  }
}

function* propose(
  context: TurnContext,
  change: RootChange,
  options: ProposalOptions,
): Steps<Proposal> {
  switch (change.kind) {
    case 'createApp':
      return proposeCreation(context, change, options);
    case 'upsertApps':
      return yield* proposeUpserts(context, change, options);
    case 'rollbackApp':
      return proposeRollback(context, change);
    case 'deleteApp':
      return proposeRemoval(context, change);
    case 'restartApp':
      return proposeRestart(context, change);
    case 'createPod':
    case 'updatePod':
      return proposePod(context, change, options);
    case 'deletePod':
      return proposePodRemoval(context, change);
    case 'restartPod':
      return proposePodRestart(context, change);
    case 'createGroup':
    case 'updateGroup':
      return yield* proposeGroup(context, change, options);
    case 'scaleGroup':
      return proposeScaling(context, change);
    case 'restoreGroup':
      return proposeRestoration(context, change);
    case 'deleteGroup':
      return proposeGroupRemoval(context, change);
    default:
      return assertNever(change);
  }
}

/** Of a single app that was sent as such; not of lists, removals and restarts (marathon-api 9.2). */
function announcePost({ draft }: TurnContext, change: RootChange, origin: Origin): void {
  const id = postedApp(change);
  const appDefinition = id && draft.apps.get(id);
  if (appDefinition === undefined) return;
  draft.events.push({ type: 'api_post_event', ...origin, appDefinition });
}

function postedApp(change: RootChange): PathId | undefined {
  if (change.kind === 'createApp' || change.kind === 'rollbackApp') return change.id;
  if (change.kind !== 'upsertApps' || change.listed === true) return undefined;
  return change.entries[0]?.id;
}

const POD_EVENTS = {
  createPod: 'pod_created_event',
  updatePod: 'pod_updated_event',
  deletePod: 'pod_deleted_event',
} as const;

function announcePod({ draft }: TurnContext, { kind }: RootChange, origin: Origin): void {
  if (kind === 'createPod' || kind === 'updatePod' || kind === 'deletePod') {
    draft.events.push({ type: POD_EVENTS[kind], ...origin });
  }
}
