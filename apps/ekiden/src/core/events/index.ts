export {
  deploymentFailed,
  deploymentSucceeded,
  healthChecksChanged,
  instanceChanged,
  statusUpdated,
  stepEvent,
  type DomainEvent,
  type NumberedEvent,
} from './domain-event.js';
export { killOrdered, killOverdue } from './kill-events.js';
export {
  checkFailed,
  checkFlipped,
  healthKillsSuspended,
  instanceHealthChanged,
  unhealthyInstanceKilled,
} from './health-events.js';
