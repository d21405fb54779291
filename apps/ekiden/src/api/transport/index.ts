export { allowOrigins } from './allow-origins.js';
export { answerClientError } from './client-errors.js';
export { askCredentials, userIn } from './ask-credentials.js';
export { compressAnswers } from './compress-answers.js';
export { LeaderProxy } from './leader-proxy.js';
export { limitBodies, limitRequests } from './limit-requests.js';
export { isNegotiated, refuseOtherMediaTypes } from './media-types.js';
export { readOnWhenTooLarge } from './read-on.js';
export type { TransportRules } from './transport-rules.js';
