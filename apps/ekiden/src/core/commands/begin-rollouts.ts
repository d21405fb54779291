import type { PathId } from '../app/index.js';
import {
  changeIn,
  claimOf,
  hasStopHooks,
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
  const back = new Set(
    (plan.rollouts ?? []).flatMap((one) => (one.back === true ? one.twins : [])),
  );
  for (const { id } of plan.changes) {
    const claim = claimOf(draft.deployments, id);
    if (claim === undefined || claim.deployment.status === 'running') continue;
    const { deployment } = claim;
    draft.deployments.put(deployment.id, {
      ...deployment,
      ...withHoldsEnded(context, deployment, back),
    });
  }
}

/** What is switched back to is not given up; the rest goes as at the end of a hold. */
function withHoldsEnded(
  context: TurnContext,
  deployment: Deployment,
  back: ReadonlySet<PathId>,
): Pick<Deployment, 'rollouts'> {
  const { rollouts } = withoutRollouts(context, deployment);
  if (rollouts === undefined) return {};
  return {
    rollouts: rollouts.map((one, index) => {
      const settings = deployment.plan.rollouts?.[index]?.settings;
      const wasHeld = deployment.rollouts?.[index]?.phase === 'holding';
      if (!wasHeld || settings === undefined || !hasStopHooks(settings)) return one;
      if (one.twins.some(({ id }) => back.has(id)) || leftOfOld(context, one) === 0) return one;
      return { ...one, phase: 'retiring' };
    }),
  };
}

/** None of its generations is claimed any more: what is beside the live one retires. */
export function withoutRollouts(
  { draft, now }: TurnContext,
  { rollouts }: Deployment,
): Pick<Deployment, 'rollouts'> {
  if (rollouts === undefined) return {};
  for (const { twins } of rollouts) for (const { id } of twins) draft.dirty.add(id);
  return {
    rollouts: rollouts.map((one) => (isRetired(one) ? one : { ...one, phase: 'over', since: now })),
  };
}
