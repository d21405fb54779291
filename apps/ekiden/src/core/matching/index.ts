export type { AskAllocator } from './ask-allocator.js';
export { type Place } from './constraints.js';
export { explainQueue } from './explain-queue.js';
export {
  EXECUTORS_ATTRIBUTE,
  executorOf,
  executorsOf,
  type ExecutorKind,
  type Match,
  type MatchInput,
} from './match-instance.js';
export { freeOn } from './free-resources.js';
export {
  hostsOf,
  judgeAgents,
  placesOf,
  tryOn,
  type Host,
  type Judgement,
  type Placing,
} from './judge-agents.js';
export { matchOffers, type Demand, type Launch, type MatchOutcome } from './match-offers.js';
export {
  REFUSAL_REASONS,
  type QueueEntry,
  type QueuedAgent,
  type RefusalCounts,
  type RefusalReason,
} from './queue-entry.js';
export { shownAttribute, type OfferedValue } from './offered-value.js';
export { PODS_WAIT, sentenceOf, showConstraint, type Refusal } from './refusal.js';
export { shapeOf } from './shape-of.js';
