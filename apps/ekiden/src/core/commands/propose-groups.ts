import { err, formatTimestamp, ok, type Steps } from '@ekiden/kernel';
import { ROOT_ID, isEqual, isPod, type PathId } from '../app/index.js';
import {
  INSTANCES_MAX,
  appsBelow,
  scaleInstances,
  treeOf,
  type Group,
  type RootSnapshot,
} from '../group/index.js';
import type { GroupChange } from '../deployment/index.js';
import type { RootChange, TurnContext } from '../turn/index.js';
import type { ProposedChange } from './adopt-changes.js';
import { mergeGroup, removal } from './merge-group.js';
import { invalid, missingGroup, type Proposal, type ProposalOptions } from './proposal.js';

type Change<K extends RootChange['kind']> = Extract<RootChange, { readonly kind: K }>;

/** As with apps, what is wrong with the document is told first. */
export function* proposeGroup(
  context: TurnContext,
  change: Change<'createGroup' | 'updateGroup'>,
  options: ProposalOptions,
): Steps<Proposal> {
  const { draft } = context;
  const { kind, id } = change;
  const merged = yield* mergeGroup(context, change, options);
  if (!merged.ok) return invalid(merged.error);
  const inTheWay = draft.apps.get(id);
  if (kind === 'createGroup' && inTheWay !== undefined && !isPod(inTheWay)) {
    return err({ kind: 'exists', message: `An app with the path ${id} already exists.` });
  }
  if (kind === 'createGroup' && exists(context, id)) {
    const message = `Group ${id} is already created. Use PUT to change this group.`;
    return err({ kind: 'exists', message });
  }
  return ok(merged.value);
}

/** Every app below, its instances multiplied and rounded up; pods stay as they are. */
export function proposeScaling(context: TurnContext, { id, by }: Change<'scaleGroup'>): Proposal {
  if (!exists(context, id)) return missingGroup(id);
  const apps = appsBelow(treeOf(context.draft), id).filter((spec) => !isPod(spec));
  const changes = apps.map((before) => {
    const after = { ...before, instances: scaleInstances(before.instances, by) };
    return { id: before.id, before, after };
  });
  const tooMany = changes.filter(({ after }) => after.instances > INSTANCES_MAX);
  if (tooMany.length > 0) {
    const message = `gives more than ${INSTANCES_MAX} instances of ${tooMany[0]?.id ?? id}`;
    return invalid([{ path: '/scaleBy', message }]);
  }
  return ok({ changes });
}

/** The group as it was at a version of the root, and nothing else below it. */
export function proposeRestoration(
  context: TurnContext,
  { id, version, snapshot }: Change<'restoreGroup'>,
): Proposal {
  if (snapshot === undefined) {
    const message = `Group ${id} not available in version ${formatTimestamp(version)}`;
    return err({ kind: 'unprocessable', message });
  }
  const { draft } = context;
  const gone = removal(treeOf(draft), id);
  return ok({
    changes: restoredApps(context, snapshot, gone.changes),
    groupChanges: restoredGroups(snapshot, gone.groupChanges, (group) => draft.groups.get(group)),
    restoring: true,
    addressed: true,
  });
}

/** A group with everything below it; the root stays, empty. */
export function proposeGroupRemoval(context: TurnContext, { id }: Change<'deleteGroup'>): Proposal {
  return exists(context, id) ? ok(removal(treeOf(context.draft), id)) : missingGroup(id);
}

function exists({ draft }: TurnContext, id: PathId): boolean {
  return id === ROOT_ID || draft.groups.has(id);
}

function restoredApps(
  { draft }: TurnContext,
  { apps }: RootSnapshot,
  removed: readonly ProposedChange[],
): ProposedChange[] {
  const changes = new Map(removed.map((change) => [change.id, change]));
  for (const after of apps) {
    const before = draft.apps.get(after.id);
    changes.set(after.id, { id: after.id, ...(before && { before }), after });
  }
  return [...changes.values()];
}

function restoredGroups(
  { groups }: RootSnapshot,
  removed: readonly GroupChange[],
  present: (id: PathId) => Group | undefined,
): GroupChange[] {
  const changes = new Map(removed.map((change) => [change.id, change]));
  for (const after of groups) {
    const before = present(after.id);
    if (isEqual(before, after)) changes.delete(after.id);
    else changes.set(after.id, { id: after.id, ...(before && { before }), after });
  }
  return [...changes.values()];
}
