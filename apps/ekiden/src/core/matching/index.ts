export { type Place } from './constraints.js';
export { explainQueue, placesOf } from './explain-queue.js';
export {
  EXECUTORS_ATTRIBUTE,
  executorOf,
  type ExecutorKind,
  type Match,
  type MatchInput,
} from './match-instance.js';
export { matchOffers, type Demand, type Launch, type MatchOutcome } from './match-offers.js';
export {
  REFUSAL_REASONS,
  type OfferedValue,
  type QueueEntry,
  type QueuedAgent,
  type RefusalCounts,
  type RefusalReason,
} from './queue-entry.js';
export { type Refusal } from './refusal.js';
