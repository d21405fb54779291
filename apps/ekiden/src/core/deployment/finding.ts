import type { PathId } from '../app/index.js';
import type { DeploymentPlan } from './plan.js';

/** Rules by which plans are looked at before they are adopted; docs/plan-rules.md tells of each. */
export type FindingRule =
  | 'gap-in-service'
  | 'dependency-suspended'
  | 'dependency-in-a-circle'
  | 'dependency-without-health-check'
  | 'dependency-without-readiness-check'
  | 'rollout-without-checks'
  | 'deadline-within-grace'
  | 'host-port-in-the-way'
  | 'more-than-constraint-allows'
  | 'twins-do-not-fit'
  | 'two-apps-one-service'
  | 'more-findings';

/**
 * Something that a plan is likely not meant to do. It is accepted all the same: what is refused is
 * a violation, what no plan may ever be is a fault of ours (`lintPlan`).
 */
export interface Finding {
  readonly rule: FindingRule;
  readonly severity: 'warning';
  /** The app, pod or group it is about. */
  readonly id: PathId;
  /** Where in its document; as the paths of violations. */
  readonly path: string;
  /** One sentence without its full stop. */
  readonly message: string;
  /** What to do about it, likewise. */
  readonly remedy: string;
}

/** A plan with what was found of it, also as sentences among its warnings. */
export function withFindings(plan: DeploymentPlan, found: readonly Finding[]): DeploymentPlan {
  if (found.length === 0) return plan;
  const sentences = found.map(({ message, remedy }) => `${message} (${remedy})`);
  return {
    ...plan,
    findings: [...(plan.findings ?? []), ...found],
    warnings: [...plan.warnings, ...sentences],
  };
}
