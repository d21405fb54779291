import { isResident, type AppDefinition, type PathId } from '../app/index.js';
import {
  claimOf,
  goesWhenAsked,
  minimumHealthy,
  verbOf,
  type Deployment,
} from '../deployment/index.js';
import { isHealthyAndReady, sumsOfOneConfig, type Instance } from '../instance/index.js';
import type { Demand } from '../matching/index.js';
import type { TurnContext } from '../turn/index.js';
import { isSerial } from './reach-serial.js';
import { decommission } from './reach.js';
import { releaseRemoved } from './release-removed.js';
import { lateStops } from './removed-users.js';
import { roomFor, runs, type Leaver } from './room-for.js';
import { passScopeHooks } from './tend-hooks.js';

/** Apps looked at in one turn, and others that may make room for one of them. */
const APPS_MAX = 5;
const LATER_MAX = 200;

/**
 * Where an app that is being deployed finds no place, what the same deployment is to stop anyway
 * makes room ahead of its turn, as otherwise both might wait for each other for ever (ADR 0055):
 * first what is removed and used by nobody any more; then instances of older versions, as many as
 * their apps can do without.
 */
export function releaseRoom(context: TurnContext, demands: readonly Demand[]): void {
  const { draft } = context;
  const later = new Map<string, readonly Instance[]>();
  let looked = 0;
  for (const demand of demands) {
    const deployment = draft.runningDeploymentOf(demand.app.id);
    if (deployment === undefined || deployment.paused !== undefined) continue;
    const late = lateStops(deployment);
    const others =
      later.get(deployment.id) ??
      replacedLater(context, deployment).flatMap((app) => oldOnes(context, app));
    later.set(deployment.id, others);
    const old = [...others, ...ownOldOnes(context, demand)];
    if (late.length + old.length === 0) continue;
    looked += 1;
    if (looked > APPS_MAX) return;
    if (!releaseRemoved(context, deployment, { demand, late })) releaseOld(context, demand, old);
  }
}

function releaseOld(context: TurnContext, demand: Demand, old: readonly Instance[]): void {
  // What has been told to stop makes room soon: one look after the other.
  if (old.some(({ kill }) => kill !== undefined)) return;
  const serves = (one: Instance): boolean =>
    isHealthyAndReady(one, context.draft.definitionOf(one));
  const apps = new Set(old.map(({ appId }) => appId));
  const spare = new Map([...apps].map((app) => [app, spareOf(context, app, demand)]));
  const inOrder = [...old.filter((one) => !serves(one)), ...old.filter(serves)];
  const leavers = inOrder.map((one) => ({ what: one, instances: [one] }));
  const chosen = roomFor(context, demand, leavers, (here) => affordable(here, { serves, spare }));
  for (const instance of chosen) {
    if (passScopeHooks(context, instance.appId, 'beforeStop')) {
      decommission(context, instance, 'upgrading');
    }
  }
}

/** Apps of the deployment that are replaced once something else is up: the first of them. */
function replacedLater({ draft }: TurnContext, deployment: Deployment): readonly AppDefinition[] {
  const { plan, step } = deployment;
  const found: AppDefinition[] = [];
  for (let at = step; at < plan.steps.length; at += 1) {
    const { actions = [], promotes } = plan.steps[at] ?? {};
    if (promotes !== undefined) continue;
    for (const action of actions) {
      if (verbOf(action) !== 'Restart' || !goesWhenAsked(deployment, action.app)) continue;
      const app = draft.apps.get(action.app);
      if (app !== undefined) found.push(app);
      if (found.length >= LATER_MAX) return found;
    }
  }
  return found;
}

/** Its own older version may be what holds its place. */
function ownOldOnes(context: TurnContext, { app: { id } }: Demand): readonly Instance[] {
  const app = context.draft.apps.get(id);
  return app === undefined ? [] : oldOnes(context, app);
}

/** Instances of older versions; none where each is replaced in its place, or kept beside another. */
function oldOnes(context: TurnContext, app: AppDefinition): readonly Instance[] {
  const { draft } = context;
  if (isResident(app) || isSerial(context, app)) return [];
  if (claimOf(draft.deployments, app.id) !== undefined) return [];
  // While many fail at once, that one of them does not serve may not be true.
  if (draft.healthHolds.by('app', app.id).length > 0) return [];
  const config = app.versionInfo.lastConfigChangeAt;
  const isNewest = sumsOfOneConfig(draft.instances, app.id, { config, hasChecks: false });
  if (isNewest !== undefined) return [];
  return draft.instances
    .by('app', app.id)
    .filter((one) => one.configVersion !== config && runs(one) && !isLost(one));
}

/** Its stop would free nothing that anybody can use. */
function isLost({ condition }: Instance): boolean {
  return condition === 'Unreachable' || condition === 'UnreachableInactive';
}

/** How many that serve an app can do without. What has its turn sees to that itself. */
function spareOf({ draft }: TurnContext, id: PathId, { app: waiting }: Demand): number {
  const app = draft.apps.get(id);
  if (app === undefined || id === waiting.id) return 0;
  const serving = draft.instances
    .by('app', id)
    .filter(({ goal }) => goal === 'Running')
    .filter((one) => isHealthyAndReady(one, draft.definitionOf(one)));
  return serving.length - minimumHealthy(app.instances, app.upgradeStrategy);
}

/** What does not serve may go, and of each app so many that do. */
function affordable(
  here: readonly Leaver<Instance>[],
  {
    serves,
    spare,
  }: {
    readonly serves: (one: Instance) => boolean;
    readonly spare: ReadonlyMap<PathId, number>;
  },
): readonly Leaver<Instance>[] {
  const left = new Map(spare);
  return here.filter(({ what }) => {
    if (!serves(what)) return true;
    const more = (left.get(what.appId) ?? 0) - 1;
    left.set(what.appId, more);
    return more >= 0;
  });
}
