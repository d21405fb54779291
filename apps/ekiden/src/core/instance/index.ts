export { changeInstance } from './change-instance.js';
export {
  delaysNextLaunch,
  isActive,
  isOutOfReach,
  isTerminal,
  nextCondition,
} from './conditions.js';
export { hasBeenHealthy, isHealthy, isHealthyAndReady, sayOnAgent } from './health.js';
export {
  appIdOfTask,
  containerTaskIdOf,
  incarnationOfTask,
  instanceIdOfTask,
  newInstanceId,
  podTaskIdOf,
  taskIdOf,
} from './ids.js';
export type {
  Condition,
  Generation,
  Goal,
  HookErrand,
  Instance,
  InstanceId,
  InstanceReservation,
  InstanceScope,
  InstanceTask,
} from './instance.js';
export {
  becauseOf,
  isKilledAsFailed,
  messageOfKill,
  type KillOrder,
  type KillReason,
} from './kill-order.js';
export { fateOf, situationOf } from './fate.js';
export { patienceWith } from './unreachable.js';
export {
  delayAfterFailure,
  forgottenAt,
  isBlameless,
  launchDelayId,
  launchDelayOf,
  type DelayView,
  type LaunchDelay,
} from './launch-delay.js';
export type { TaskFailure } from './task-failure.js';
export type { SpreadValue } from './balanced-victims.js';
export { byKillPreference, victimsOf } from './victims.js';
export { containerEnds, type ContainerEnd } from './container-ends.js';
export { countPlaced, placedTally } from './placed.js';
export { isPutAway, isRestless } from './restless.js';
export {
  allWaitFor,
  standingTally,
  sumsOfOneConfig,
  sumsServing,
  waitingTally,
  type CountedInstances,
  type InstanceSums,
} from './standing.js';
export { hostOf, hostPortsByEntry, placeOfPort, type TaskPlace } from './task-place.js';
