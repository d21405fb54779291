import type { PathId } from '../app/index.js';
import { effectiveRollout, type EffectiveRollout, type RolloutSource } from '../group/index.js';
import type { Deployment } from './deployment.js';
import type { DeploymentPlan } from './plan.js';

export interface RolloutsInForce extends RolloutSource {
  readonly deployments: { by(index: 'app', app: PathId): readonly Deployment[] };
}

/**
 * The rollout that an app goes by now: while a deployment changes it, what its plan says, which was
 * decided with it and may have been told another strategy; else what the definitions say. What is
 * said of a rollout meanwhile is for later deployments, also where the plan knows of none.
 */
export function rolloutInForce(source: RolloutsInForce, id: PathId): EffectiveRollout | undefined {
  const plan = source.deployments.by('app', id)[0]?.plan;
  return plan === undefined ? effectiveRollout(source, id) : rolloutBy(plan, source, id);
}

/** The same by a plan that is known already. */
export function rolloutBy(
  plan: DeploymentPlan,
  source: RolloutSource,
  id: PathId,
): EffectiveRollout | undefined {
  const planned = plannedFor(plan).get(id);
  const isWhole = planned !== undefined || plan.governed !== undefined;
  return isWhole ? planned : effectiveRollout(source, id);
}

/** A plan never changes. */
const known = new WeakMap<DeploymentPlan, ReadonlyMap<PathId, EffectiveRollout>>();

function plannedFor(plan: DeploymentPlan): ReadonlyMap<PathId, EffectiveRollout> {
  const found = known.get(plan);
  if (found !== undefined) return found;
  const made = new Map<PathId, EffectiveRollout>();
  for (const { scope, settings, twins } of plan.rollouts ?? []) {
    for (const id of twins) made.set(id, { scope, settings });
  }
  for (const { scope, settings, apps } of [...(plan.inPlace ?? []), ...(plan.governed ?? [])]) {
    for (const id of apps) made.set(id, { scope, settings });
  }
  known.set(plan, made);
  return made;
}
