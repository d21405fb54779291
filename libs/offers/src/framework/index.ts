export {
  AGENT_CAPABILITIES,
  FRAMEWORK_CAPABILITIES,
  type AgentCapability,
  type FrameworkCapability,
} from './capabilities.js';
export type { CallRefusal, Filters, FrameworkCall } from './call.js';
export {
  CompiledConstraints,
  compileConstraints,
  type ConstrainedAgent,
  type ConstraintError,
} from './compiled-constraints.js';
export { parseConstraints } from './constraints-json.js';
export type { FrameworkEvent } from './event.js';
export { roleViolation, type Ask, type FrameworkId, type FrameworkInfo } from './framework-info.js';
export type { Domain, InverseOffer, Offer, OfferId, Unavailability } from './offer.js';
export type {
  OfferOperation,
  OperationId,
  OperationState,
  OperationStatus,
  ResourceOperation,
  TaskLaunch,
} from './operation.js';
export type {
  AttributeConstraint,
  AttributePredicate,
  AttributeSelector,
  OfferConstraints,
} from './offer-constraints.js';
