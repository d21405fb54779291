export type { CallRefusal, Filters, FrameworkCall, FrameworkEvent, TaskLaunch } from './call.js';
export { roleViolation, type Ask, type FrameworkId, type FrameworkInfo } from './framework-info.js';
export type { Domain, Offer, OfferId } from './offer.js';
