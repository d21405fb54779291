export {
  AGENT_CAPABILITIES,
  FRAMEWORK_CAPABILITIES,
  type AgentCapability,
  type FrameworkCapability,
} from './capabilities.js';
export type { CallRefusal, Filters, FrameworkCall, FrameworkEvent, TaskLaunch } from './call.js';
export { roleViolation, type Ask, type FrameworkId, type FrameworkInfo } from './framework-info.js';
export type { Domain, Offer, OfferId } from './offer.js';
export type {
  AttributeConstraint,
  AttributePredicate,
  AttributeSelector,
  OfferConstraints,
} from './offer-constraints.js';
