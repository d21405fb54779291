import { ROOT_ID, isBelow, parentOf, type PathId } from '../app/index.js';
import { verbOf, type AppChange, type Deployment } from '../deployment/index.js';
import type { Demand } from '../matching/index.js';
import type { TurnContext } from '../turn/index.js';
import { roomFor, runs } from './room-for.js';

/**
 * Lets removed apps stop ahead of their turn where an app of the same deployment waits for the room
 * they take (ADR 0055). They stop last because what survives used them; once nothing of an older
 * version of that runs any more nobody does, and waiting on would be for ever. Returns whether room
 * is made by that.
 */
export function releaseRemoved(
  context: TurnContext,
  deployment: Deployment,
  { demand, late }: { readonly demand: Demand; readonly late: readonly PathId[] },
): boolean {
  // What has been let go makes room soon: one look after the other.
  if (late.some((id) => deployment.ahead?.[id] !== undefined && isLeft(context, id))) return true;
  const free = late.filter((id) => !isLastUser(context, deployment, id));
  const leavers = free.map((id) => ({
    what: id,
    instances: context.draft.instances.by('app', id),
  }));
  const apps = roomFor(context, demand, leavers);
  release(context, deployment, apps);
  return apps.length > 0;
}

/** Removed apps whose stop comes after the upgrades, and after the step under way. */
export function lateStops({ plan, step }: Deployment): readonly PathId[] {
  const found: PathId[] = [];
  for (let at = plan.steps.length - 1; at > step; at -= 1) {
    const actions = plan.steps[at]?.actions ?? [];
    if (actions.some((action) => verbOf(action) !== 'Stop')) break;
    for (const { app } of actions) found.push(app);
  }
  return found.reverse();
}

function isLeft({ draft }: TurnContext, app: PathId): boolean {
  return draft.instances.by('app', app).some(runs);
}

/** Whether something runs that depended on the removed app as it was before. */
function isLastUser(context: TurnContext, deployment: Deployment, removed: PathId): boolean {
  return deployment.plan.changes.some(
    (change) => dependedOn(context, deployment, change, removed) && runsAsBefore(context, change),
  );
}

function dependedOn(
  { draft }: TurnContext,
  { plan }: Deployment,
  { id, before }: AppChange,
  removed: PathId,
): boolean {
  if (before === undefined || id === removed) return false;
  const names = (ids: readonly PathId[]): boolean =>
    ids.some((one) => one === removed || isBelow(removed, one));
  if (names(before.dependencies)) return true;
  for (let group = parentOf(id); ; group = parentOf(group)) {
    const changed = plan.groupChanges.find((one) => one.id === group);
    if (names((changed?.before ?? draft.groups.get(group))?.dependencies ?? [])) return true;
    if (group === ROOT_ID) return false;
  }
}

function runsAsBefore({ draft }: TurnContext, { id }: AppChange): boolean {
  const config = draft.apps.get(id)?.versionInfo.lastConfigChangeAt;
  return draft.instances.by('app', id).some((each) => runs(each) && each.configVersion !== config);
}

function release(context: TurnContext, deployment: Deployment, apps: readonly PathId[]): void {
  if (apps.length === 0) return;
  const { draft, now } = context;
  const gone = apps.map((id) => [id, now] as const);
  const ahead = Object.fromEntries(
    [...Object.entries(deployment.ahead ?? {}), ...gone].sort(([a], [b]) => (a < b ? -1 : 1)),
  );
  draft.deployments.put(deployment.id, { ...deployment, ahead, progressAt: now });
  for (const id of apps) draft.dirty.add(id);
}
