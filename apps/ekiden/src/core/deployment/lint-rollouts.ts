import type { PathId } from '../app/index.js';
import type { PlanFault } from './lint-plan.js';
import { verbOf, type AppChange, type DeploymentPlan } from './plan.js';

/**
 * Invariants of plans with two generations: every twin is in one scope, has two configurations, is
 * brought up once and then promoted once with all of its scope; what never runs twice is replaced
 * after that.
 */
export function lintRollouts(plan: DeploymentPlan): readonly PlanFault[] {
  const { rollouts = [], steps, changes } = plan;
  const faults: PlanFault[] = [];
  const scopes = new Set(rollouts.map(({ scope }) => scope));
  for (const { promotes } of steps) {
    if (promotes !== undefined && !scopes.has(promotes)) {
      faults.push({ rule: 'promotion-without-rollout', subject: promotes });
    }
  }
  if (rollouts.length === 0) return faults;
  const changeOf = new Map(changes.map((change) => [change.id, change]));
  const twinned = new Set<PathId>();
  for (const { scope, twins, replaced } of rollouts) {
    const at = steps.findIndex(({ promotes }) => promotes === scope);
    const promotions = steps.filter(({ promotes }) => promotes === scope);
    if (promotions.length !== 1) faults.push({ rule: 'rollout-not-promoted', subject: scope });
    const promoted = new Set(promotions.flatMap(({ actions }) => actions.map(({ app }) => app)));
    for (const id of promoted) {
      if (!twins.includes(id)) faults.push({ rule: 'promoted-without-twin', subject: id });
    }
    for (const id of twins) {
      if (twinned.has(id)) faults.push({ rule: 'twin-in-two-scopes', subject: id });
      twinned.add(id);
      const up = restartOf(plan, id);
      const inOrder = up >= 0 && up < at && promoted.has(id);
      if (!inOrder) faults.push({ rule: 'twin-not-promoted', subject: id });
      if (!hasTwoConfigurations(changeOf.get(id))) {
        faults.push({ rule: 'twin-without-configuration', subject: id });
      }
    }
    for (const id of replaced) {
      if (restartOf(plan, id) <= at) faults.push({ rule: 'replaced-too-early', subject: id });
    }
  }
  return faults;
}

function restartOf({ steps }: DeploymentPlan, id: PathId): number {
  return steps.findIndex(({ actions }) =>
    actions.some((action) => action.app === id && verbOf(action) === 'Restart'),
  );
}

function hasTwoConfigurations(change: AppChange | undefined): boolean {
  if (change?.after === undefined) return false;
  const { before, after, mixed } = change;
  const next = after.versionInfo.lastConfigChangeAt;
  return before?.versionInfo.lastConfigChangeAt !== next || mixed === true;
}
