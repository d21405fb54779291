export { app, appList, appUpdate, appUpdateList, taskIds } from './app.js';
export {
  deployment,
  deploymentDetails,
  deploymentSteps,
  queuedDeployment,
} from './deployment-responses.js';
export { groupRoles, groupUpdate } from './group.js';
export type { Shown } from './answer-fields.js';
export { groupInfo, type ShownGroup } from './group-responses.js';
export { info } from './info-responses.js';
export { checkGroup } from './check-group.js';
export { parseDefinition, type Salvage } from './parse-definition.js';
export { pod } from './pod.js';
export { instanceIds, podInstance, podStatus } from './pod-status.js';
export { parseShape } from './parse-shape.js';
export {
  DRAIN_DEFAULTS,
  agent,
  agentDetails,
  agentDrain,
  offer,
  offerFacts,
  role,
  roleUpdate,
} from './pool.js';
export { rolloutStrategy, shownRollout } from './rollout.js';
export { volume, volumeDeletion } from './volume.js';
export { queueItem } from './queue-responses.js';
export {
  appInfo,
  deploymentResult,
  problem,
  readinessResult,
  shownApp,
  task,
  taskFailure,
  tasksStats,
} from './responses.js';
export { agentMaintenance, maintenanceSchedule, maintenanceStatus } from './maintenance.js';
export { why } from './why-responses.js';
export { taskFiles } from './task-file.js';
export { config, logLevel, logLevels, metrics, plugin } from './system.js';
export { unknownTask } from './unknown-task.js';
