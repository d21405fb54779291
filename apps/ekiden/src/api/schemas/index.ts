export { app, appList, appUpdate, appUpdateList, taskIds } from './app.js';
export { groupRoles, groupUpdate } from './group.js';
export { deploymentSteps, groupInfo, type ShownGroup } from './group-responses.js';
export { parseShape } from './parse-shape.js';
export { agent, agentDetails, agentDrain, offer, offerFacts, role, roleUpdate } from './pool.js';
export {
  appInfo,
  deployment,
  deploymentResult,
  info,
  problem,
  queueItem,
  readinessResult,
  shownApp,
  task,
  taskFailure,
  tasksStats,
  why,
  type Shown,
} from './responses.js';
export { metrics } from './system.js';
