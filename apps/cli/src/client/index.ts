export { Client, pathOf, type Answer, type Query, type Request } from './client.js';
export { serverEvents, type EventsWanted, type ServerEvent } from './event-stream.js';
export { Failure, NoServer, Refusal, UsageError, type ProblemDetail } from './failures.js';
export { Session, type SessionCommand } from './session.js';
export { serverAddress, type ServerAddress } from './server-address.js';
export type {
  Action,
  Agent,
  App,
  Deployment,
  DeploymentDetails,
  Group,
  Placement,
  Plan,
  Pod,
  PodStatus,
  QueueItem,
  Rollout,
  Traffic,
  PlannedRollout,
  Step,
  Task,
  Why,
  WhyPart,
} from './wire.js';
