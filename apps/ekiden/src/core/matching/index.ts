export type { AskAllocator } from './ask-allocator.js';
export {
  AgentPool,
  thoughtUp,
  type PaperDemand,
  type PoolAgent,
  type Seat,
  type Seated,
} from './agent-pool.js';
export { QuotaRoom } from './quota-room.js';
export { missingText } from './shortage.js';
export { closedBecause, type Place } from './place.js';
export { explainQueue, inquireQueue } from './explain-queue.js';
export { LongInquiry } from './long-inquiry.js';
export { EXECUTORS_ATTRIBUTE, executorsOf, type Match, type MatchInput } from './match-instance.js';
export { executorOf, type ExecutorKind } from './needs.js';
export { booksOf, freeIn, type AgentBooks } from './free-resources.js';
export {
  agentsOf,
  hostsInSteps,
  hostsOf,
  judgeAgents,
  judgeInSteps,
  tryOn,
  type Host,
  type Judgement,
  type Placing,
  type Sight,
} from './judge-agents.js';
export type { Demand, MatchOptions } from './demand.js';
export { matchOffers, type Launch, type MatchOutcome } from './match-offers.js';
export {
  REFUSAL_REASONS,
  type QueueEntry,
  type QueuedAgent,
  type RefusalCounts,
  type RefusalReason,
} from './queue-entry.js';
export { shownAttribute, type OfferedValue } from './offered-value.js';
export { constraintParts, sentenceOf, showConstraint, type Refusal } from './refusal.js';
export { spreadOf } from './spread-of.js';
export { shapeOf, shapeWithText } from './shape-of.js';
export { KnownValues, surroundingsOf, type Surroundings } from './surroundings.js';
