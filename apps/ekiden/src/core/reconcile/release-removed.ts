import type { AgentId } from '@ekiden/kernel';
import type { AgentRow, Resources } from '@ekiden/offers';
import { ROOT_ID, isBelow, parentOf, type PathId } from '../app/index.js';
import { verbOf, type AppChange, type Deployment } from '../deployment/index.js';
import { isTerminal, type Instance } from '../instance/index.js';
import { tryOn, type Demand } from '../matching/index.js';
import type { TurnContext } from '../turn/index.js';
import { isOnlyRoom, withBack } from './preempt.js';

/** Apps looked at in one turn, and agents looked at for one of them. */
const APPS_MAX = 5;
const AGENTS_MAX = 500;

/**
 * Lets removed apps stop ahead of their turn where an app of the same deployment waits for the room
 * they take (ADR 0055). They stop last because what survives used them; once nothing of an older
 * version of that runs any more nobody does, and waiting on would be for ever.
 */
export function releaseRemoved(context: TurnContext, demands: readonly Demand[]): void {
  const { draft } = context;
  let looked = 0;
  for (const demand of demands) {
    const deployment = draft.runningDeploymentOf(demand.app.id);
    if (deployment === undefined || deployment.paused !== undefined) continue;
    const late = lateStops(deployment);
    if (late.length === 0) continue;
    looked += 1;
    if (looked > APPS_MAX) return;
    // What has been let go makes room soon: one look after the other.
    if (late.some((id) => deployment.ahead?.[id] !== undefined && isLeft(context, id))) continue;
    const free = late.filter((id) => !isLastUser(context, deployment, id));
    release(context, deployment, roomFor(context, demand, free));
  }
}

/** Removed apps whose stop comes after the upgrades, and after the step under way. */
function lateStops({ plan, step }: Deployment): readonly PathId[] {
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

function runs({ condition }: Instance): boolean {
  return condition !== 'Scheduled' && !isTerminal(condition);
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

/** Those whose stop lets one more instance be placed, on the agent where the fewest do. */
function roomFor(
  context: TurnContext,
  demand: Demand,
  candidates: readonly PathId[],
): readonly PathId[] {
  if (candidates.length === 0) return [];
  const held = instancesByAgent(context, candidates);
  let best: readonly PathId[] = [];
  let looked = 0;
  for (const row of context.master.agents()) {
    if (looked >= AGENTS_MAX) break;
    looked += 1;
    const needed = neededOn(context, demand, { row, held: held.get(row.id) ?? [] });
    // Where it fits already it is placed soon.
    if (needed?.length === 0) return [];
    if (needed === undefined || (best.length > 0 && needed.length >= best.length)) continue;
    if (isOnlyRoom(context, demand.app, row.id)) best = needed;
  }
  return best;
}

function instancesByAgent(
  { draft }: TurnContext,
  apps: readonly PathId[],
): ReadonlyMap<AgentId, readonly Instance[]> {
  const found = new Map<AgentId, Instance[]>();
  for (const each of apps.flatMap((id) => draft.instances.by('app', id))) {
    if (each.task === undefined || !runs(each)) continue;
    const others = found.get(each.task.agentId);
    if (others === undefined) found.set(each.task.agentId, [each]);
    else others.push(each);
  }
  return found;
}

/** Apps that have to leave the agent, in the order in which they stop; `undefined`: of no use. */
function neededOn(
  context: TurnContext,
  { app, surroundings }: Demand,
  { row, held }: { readonly row: AgentRow; readonly held: readonly Instance[] },
): readonly PathId[] | undefined {
  const { draft, master } = context;
  const { activated, reachable, registered, goneSince } = row;
  const isOpen = activated && reachable && registered && goneSince === undefined;
  const available = master.books(row.id)?.available;
  if (!isOpen || draft.leaving.has(row.id) || available === undefined) return undefined;
  const others = surroundings();
  const fits = (free: Resources): boolean => tryOn(app, { place: row, free, others }).ok;
  if (fits(available)) return [];
  const apps: PathId[] = [];
  for (const id of new Set(held.map(({ appId }) => appId))) {
    apps.push(id);
    const leaving = held.filter(({ appId }) => apps.includes(appId));
    if (fits(withBack(context, available, leaving))) return apps;
  }
  return undefined;
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
