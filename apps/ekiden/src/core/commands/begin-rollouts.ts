import type { PathId } from '../app/index.js';
import {
  changeIn,
  claimOf,
  hasStopHooks,
  isPromoted,
  isRetired,
  type Deployment,
  type DeploymentPlan,
  type PlannedRollout,
  type RolloutProgress,
  type Twin,
} from '../deployment/index.js';
import { leftOfOld, takeBackTwins } from '../reconcile/index.js';
import { appVersionKey, type TurnContext } from '../turn/index.js';

/**
 * Where the rollouts of a plan begin. The next write to a twin ends a hold first (rollouts.md,
 * Hold): what was warm retires, unless this very plan switches back to it.
 */
export function beginRollouts(
  context: TurnContext,
  plan: DeploymentPlan,
): Pick<Deployment, 'rollouts'> {
  const rollouts = (plan.rollouts ?? []).map((planned) => progressOf(context, plan, planned));
  endHolds(context, plan);
  for (const [index, progress] of rollouts.entries()) {
    if (plan.rollouts?.[index]?.back === true) takeBackTwins(context, progress);
  }
  return rollouts.length === 0 ? {} : { rollouts };
}

function progressOf(
  { draft, now }: TurnContext,
  plan: DeploymentPlan,
  { scope, settings, twins, back }: PlannedRollout,
): RolloutProgress {
  return {
    scope,
    phase: back === true ? 'growing' : 'reserving',
    since: now,
    ...(settings.strategy === 'canary' ? { step: 0 } : {}),
    twins: twins.flatMap((id): readonly Twin[] => {
      const { before, after, keep = before?.instances } = changeIn(plan, id) ?? {};
      if (after === undefined) return [];
      // What is live may be of other versions by now, and what is missing of it is started from this.
      if (before !== undefined) draft.appVersions.put(appVersionKey(id, before.version), before);
      const next = after.versionInfo.lastConfigChangeAt;
      return [{ id, next, ...(keep === undefined ? {} : { keep }) }];
    }),
  };
}

function endHolds(context: TurnContext, plan: DeploymentPlan): void {
  const { draft } = context;
  const back = switchedBackTo(plan);
  for (const { id } of plan.changes) {
    const claim = claimOf(draft.deployments, id);
    if (claim === undefined || claim.deployment.status === 'running') continue;
    const { deployment } = claim;
    draft.deployments.put(deployment.id, {
      ...deployment,
      ...withoutRollouts(context, deployment, back),
    });
  }
}

/** Apps whose old generation, kept warm, is the new one of a plan. */
export function switchedBackTo({ rollouts = [] }: DeploymentPlan): ReadonlySet<PathId> {
  return new Set(rollouts.flatMap((one) => (one.back === true ? one.twins : [])));
}

/**
 * None of its generations is claimed any more: what is beside the live one retires. One that was
 * live before goes with the hooks around its end, whoever ended the rollout; but for `back`, which
 * is switched back to.
 */
export function withoutRollouts(
  context: TurnContext,
  { rollouts, plan }: Deployment,
  back: ReadonlySet<PathId>,
): Pick<Deployment, 'rollouts'> {
  const { draft, now } = context;
  if (rollouts === undefined) return {};
  for (const { twins } of rollouts) for (const { id } of twins) draft.dirty.add(id);
  return {
    rollouts: rollouts.map((one, index) => {
      if (isRetired(one)) return one;
      const settings = plan.rollouts?.[index]?.settings;
      const isGivenUp = isPromoted(one) && !one.twins.some(({ id }) => back.has(id));
      const retires =
        isGivenUp &&
        settings !== undefined &&
        hasStopHooks(settings) &&
        leftOfOld(context, one) > 0;
      return { ...one, phase: retires ? ('retiring' as const) : ('over' as const), since: now };
    }),
  };
}
