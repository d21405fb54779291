export type { Deployment, DeploymentStatus } from './deployment.js';
export { lintPlan, type PlanFault } from './lint-plan.js';
export { planDeployment, type PlanInput } from './plan-deployment.js';
export type { Action, ActionKind, AppChange, DeploymentPlan, GroupChange, Step } from './plan.js';
export {
  minimumHealthy,
  rolling,
  startsBySums,
  type RollingTargets,
  type RollingView,
} from './strategies/rolling.js';
