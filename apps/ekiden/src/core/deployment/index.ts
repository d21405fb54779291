export type { Deployment, DeploymentStatus } from './deployment.js';
export type {
  Action,
  ActionKind,
  AppChange,
  DeploymentPlan,
  GroupChange,
  Step,
} from './plan.js';
