import { formatTimestamp, millis, ok, err, type Millis, type Result } from '@ekiden/kernel';
import {
  DEFAULT_APP_SETTINGS,
  ROOT_ID,
  createApp,
  parentOf,
  topGroupOf,
  updateApp,
  type AppDefinition,
  type AppWire,
  type PathId,
} from '../app/index.js';
import type { Origin, Rejection, Reply, RootChange, TurnContext } from '../turn/index.js';
import { adoptChanges, type ProposedChange } from './adopt-changes.js';

type Proposal = Result<readonly ProposedChange[], Rejection>;

/**
 * Decides a change of the tree against the root of this moment: what each app was and shall be,
 * service ports, versions, the plan, conflicts. Refused as a whole or taken as a whole.
 */
export function changeRoot(
  context: TurnContext,
  change: RootChange,
  options: { readonly force: boolean; readonly origin: Origin },
): Reply {
  const version = nextVersion(context);
  const proposal = propose(context, change, version);
  const outcome = proposal.ok
    ? adoptChanges(context, { changes: proposal.value, version, force: options.force })
    : proposal;
  const groupId = parentOf(subjectOf(change));
  if (!outcome.ok) {
    context.draft.events.push({
      type: 'group_change_failed',
      groupId,
      version: formatTimestamp(version),
      reason: reasonOf(outcome.error),
    });
    return outcome.error;
  }
  context.draft.events.push({
    type: 'group_change_success',
    groupId,
    version: formatTimestamp(version),
  });
  announcePost(context, change, options.origin);
  const created = change.kind === 'createApp' ? submitted(proposal) : undefined;
  return {
    kind: 'deployed',
    deploymentId: outcome.value.deploymentId,
    version,
    isNew: proposal.ok && proposal.value.every((c) => c.before === undefined),
    ...(created && { created }),
  };
}

/** Versions double as keys, so they strictly increase even if the clock does not. */
export function nextVersion(context: TurnContext): Millis {
  return millis(Math.max(context.now, context.draft.rootVersion + 1));
}

function submitted(proposal: Proposal): AppDefinition | undefined {
  return proposal.ok ? proposal.value[0]?.after : undefined;
}

function subjectOf(change: RootChange): PathId {
  return change.kind === 'upsertApps' ? (change.entries[0]?.id ?? ROOT_ID) : change.id;
}

function reasonOf(rejection: Rejection): string {
  switch (rejection.kind) {
    case 'invalid':
      return rejection.violations.map((v) => `${v.path}: ${v.message}`).join('; ');
    case 'locked':
      return `locked by ${rejection.deployments.join(', ')}`;
    case 'badRequest':
    case 'unprocessable':
    case 'notFound':
    case 'exists':
    case 'quarantined':
    case 'unavailable':
      return rejection.message;
  }
}

function propose(context: TurnContext, change: RootChange, version: Millis): Proposal {
  switch (change.kind) {
    case 'createApp': {
      if (context.draft.apps.has(change.id)) {
        return err({ kind: 'exists', message: `An app with id [${change.id}] already exists.` });
      }
      return one(build(context, change.id, change.app, undefined, { partial: false, version }));
    }
    case 'upsertApps':
      return proposeUpserts(context, change, version);
    case 'rollbackApp': {
      const before = context.draft.apps.get(change.id);
      if (before === undefined || change.definition === undefined) return missingApp(change.id);
      return ok([{ id: change.id, before, after: change.definition }]);
    }
    case 'deleteApp': {
      const before = context.draft.apps.get(change.id);
      return before === undefined ? missingApp(change.id) : ok([{ id: change.id, before }]);
    }
    case 'restartApp': {
      const before = context.draft.apps.get(change.id);
      if (before === undefined) return missingApp(change.id);
      return ok([{ id: change.id, before, after: before, restart: true }]);
    }
  }
}

function missingApp(id: PathId): Proposal {
  return err({ kind: 'notFound', message: `App '${id}' does not exist` });
}

function one(change: Result<ProposedChange, Rejection>): Proposal {
  return change.ok ? ok([change.value]) : change;
}

function proposeUpserts(
  context: TurnContext,
  change: Extract<RootChange, { kind: 'upsertApps' }>,
  version: Millis,
): Proposal {
  const changes = new Map<PathId, ProposedChange>();
  for (const { id, app } of change.entries) {
    const current = changes.get(id)?.after ?? context.draft.apps.get(id);
    if (current === undefined && change.mustExist) return missingApp(id);
    const built = build(context, id, app, current, { partial: change.partial, version });
    if (!built.ok) return built;
    const before = context.draft.apps.get(id);
    const { after } = built.value;
    changes.set(id, { id, ...(before && { before }), ...(after && { after }) });
  }
  return ok([...changes.values()]);
}

function build(
  context: TurnContext,
  id: PathId,
  wire: AppWire,
  current: AppDefinition | undefined,
  options: { readonly partial: boolean; readonly version: Millis; readonly force?: boolean },
): Result<ProposedChange, Rejection> {
  const group = context.draft.groups.get(topGroupOf(id));
  const app = {
    id,
    now: options.version,
    base: ROOT_ID,
    settings: { ...DEFAULT_APP_SETTINGS, defaultRole: context.settings.defaultRole },
    enforceRole: group?.enforceRole ?? false,
    ...(current && { currentRole: current.role }),
  };
  const built =
    current === undefined
      ? createApp(wire, app)
      : updateApp(current, wire, { partial: options.partial }, app);
  if (!built.ok) return err({ kind: 'invalid', violations: built.error });
  return ok({ id, ...(current && { before: current }), after: built.value });
}

function announcePost(context: TurnContext, change: RootChange, origin: Origin): void {
  const single =
    change.kind === 'createApp' || (change.kind === 'upsertApps' && change.entries.length === 1);
  if (!single) return;
  const appDefinition = context.draft.apps.get(subjectOf(change));
  if (appDefinition === undefined) return;
  context.draft.events.push({ type: 'api_post_event', ...origin, appDefinition });
}
