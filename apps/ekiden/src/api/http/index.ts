export { acceptsJson, bestOf, encodingFor, qualityOf, type Encoding } from './accept.js';
export { AnswerAdapter } from './answer-adapter.js';
export { DeferredJson, deferredRuns, joinedText } from './deferred-json.js';
export { namesTag } from './entity-tag.js';
export { HttpAnswer, empty, json, text, unchanged } from './http-answer.js';
export { inQueuedSlices, inQueuedSlicesWhile } from './in-slices.js';
export { byteRange, type ByteRange } from './byte-range.js';
export { boundDetails } from './bound-details.js';
export { parseBodiesAsJson } from './json-body.js';
export { measureRequests } from './measure-requests.js';
export { NestLog } from './nest-log.js';
export {
  Problem,
  badRequest,
  notFound,
  tooLarge,
  unavailable,
  unprocessable,
  type ProblemBody,
  type ProblemDetail,
} from './problem.js';
export { ProblemFilter, problemAnswer, statusOf } from './problem-filter.js';
export { all, first, flag, type QueryValues } from './query.js';
export { groupByPath, isRejection, rejectionProblem } from './rejection-problem.js';
export { rewriteUrl } from './rewrite-url.js';
export { Routes } from './routes.js';
export { SnapshotCache } from './snapshot-cache.js';
export { sendStandardHeaders, standardHeaders } from './standard-headers.js';
export { routeUpgrades, upgradeOf, type Upgrade } from './upgrades.js';
export { WorkQueue } from './work-queue.js';
