export {
  deploymentFailed,
  deploymentSucceeded,
  healthChecksChanged,
  instanceChanged,
  rolloutChanged,
  stepEvent,
  type DomainEvent,
  type NumberedEvent,
} from './domain-event.js';
export { hookFinished, hookStarted } from './hook-events.js';
export { killOrdered, killOverdue, preemptionNotice } from './kill-events.js';
export { unknownTaskChanged } from './unknown-task-event.js';
export {
  checkFailed,
  checkFlipped,
  healthKillsSuspended,
  instanceHealthChanged,
  unhealthyInstanceKilled,
} from './health-events.js';
export { volumeUseChanged } from './volume-event.js';
export { statusesUpdated } from './status-events.js';
