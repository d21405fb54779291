import type { AgentId, Millis } from '@ekiden/kernel';
import type { AppDefinition } from '../app/index.js';
import type { TaskFailure } from '../instance/index.js';
import type { OfferedValue } from './offered-value.js';

/**
 * Why an offer was not used, in Marathon's words and in its funnel order (marathon-api 5.12): per
 * offer only the first reason that applies counts.
 */
export const REFUSAL_REASONS = [
  'UnfulfilledRole',
  'UnfulfilledConstraint',
  'NoCorrespondingReservationFound',
  'AgentMaintenance',
  'InsufficientCpus',
  'InsufficientMemory',
  'InsufficientDisk',
  'InsufficientGpus',
  'InsufficientPorts',
  'DeclinedScarceResources',
] as const;

export type RefusalReason = (typeof REFUSAL_REASONS)[number];

/** How often each reason came first; a reason left out counts 0. */
export type RefusalCounts = Readonly<Partial<Record<RefusalReason, number>>>;

/** What one agent offered last, and everything that speaks against it. */
export interface QueuedAgent {
  readonly agentId: AgentId;
  readonly hostname: string;
  /** Id of the last unused offer, if one was made. */
  readonly offerId?: string;
  readonly offeredAt?: Millis;
  /** Reasons of this agent's last offer, the first one being the one that counts. */
  readonly refusals: readonly RefusalReason[];
  /** One sentence per refusal, with what was wanted and what was seen. */
  readonly sentences: readonly string[];
  readonly resources: readonly OfferedValue[];
  readonly attributes: readonly OfferedValue[];
}

/** One app or pod with instances that wait to be placed: a row of `GET /v2/queue`. */
export interface QueueEntry {
  readonly app: AppDefinition;
  /** How a task of it ended badly last. */
  readonly lastFailure?: TaskFailure;
  /** Instances still to launch, at least 1. */
  readonly count: number;
  /** When the longest waiting of them began to wait. */
  readonly since: Millis;
  readonly delay: {
    /** Whole seconds of launch backoff left, 0 or more. */
    readonly timeLeftSeconds: number;
    /** No backoff, or it ended more than a second ago: what is missing is a fitting offer. */
    readonly overdue: boolean;
  };
  /** Offers looked at since the launch attempt began, and how many of them were not used. */
  readonly processedOffers: number;
  readonly unusedOffers: number;
  readonly lastUnusedOfferAt?: Millis;
  readonly lastUsedOfferAt?: Millis;
  /** Reasons over the latest offer of each agent (`lastOffers` of them). */
  readonly lastOffers: number;
  readonly lastRefusals: RefusalCounts;
  /** Reasons over all offers of the launch attempt. */
  readonly attemptRefusals: RefusalCounts;
  /** What holds the app back as a whole: sentences ("launch delayed for 12 s after a failure"). */
  readonly reasons: readonly string[];
  readonly agents: readonly QueuedAgent[];
}
