export { twinsOf } from './claims.js';
export type { Deployment, DeploymentStatus } from './deployment.js';
export { lintPlan, type PlanFault } from './lint-plan.js';
export { planDeployment, type PlanInput } from './plan-deployment.js';
export {
  concernsPod,
  verbOf,
  type Action,
  type ActionKind,
  type ActionVerb,
  type AppChange,
  type DeploymentPlan,
  type GroupChange,
  type Step,
} from './plan.js';
export {
  rolloutsUnderWay,
  type PlannedRollout,
  type RolloutPhase,
  type RolloutProgress,
  type Twin,
} from './rollout-progress.js';
export {
  residentTargets,
  type ResidentTargets,
  type ResidentView,
} from './strategies/residents.js';
export { stepChanging } from './step-changing.js';
export {
  maximumCapacity,
  minimumHealthy,
  rolling,
  startsBySums,
  type RollingTargets,
  type RollingView,
} from './strategies/rolling.js';
export { serial, type SerialTargets, type SerialView } from './strategies/serial.js';
