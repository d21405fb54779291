export { presentApp, presentHealthCheck } from './app.js';
export { deferAppInfo, presentAppInfo, presentCreatedInfo, type AppInfo } from './app-info.js';
export {
  deferDeployment,
  deferDetails,
  presentDeployment,
  presentDetails,
  presentPlannedRollouts,
  presentSteps,
  type ShownDeployment,
} from './deployment.js';
export { APP_EMBEDS, LIST_EMBEDS, embedsOf, type Embed } from './embed.js';
export { presentForecast } from './forecast.js';
export { groupEmbedsOf, presentGroup, type GroupEmbeds } from './group.js';
export { presentInfo, type InfoFacts } from './info.js';
export { presentPod, type ShownPod } from './pod.js';
export {
  deferPodStatus,
  leavingPods,
  presentPodInstance,
  presentPodStatus,
  type PodState,
  type ShownPodStatus,
} from './pod-status.js';
export { presentQueueItem, type QueueItem } from './queue.js';
export {
  deferTasks,
  instancesFor,
  isPlaced,
  presentTask,
  servicePortsOf,
  shownState,
  type PlacedInstance,
  type ShownTask,
} from './task.js';
export { rolloutOf } from './rollout.js';
export { presentVolume } from './volume.js';
export { presentAgent, presentAgentDetails, presentOffer, presentRole } from './pool.js';
export { presentMaintenanceStatus, presentSchedule } from './maintenance.js';
export { presentWhy } from './why.js';
export { presentTaskText, type NetworkSelection, type RunningApp } from './task-text.js';
export { presentUnknownTask, type ShownUnknownTask } from './unknown-task.js';
