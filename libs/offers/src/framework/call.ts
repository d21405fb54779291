import type { AgentId, Millis, TaskId, TaskStatus } from '@ekiden/kernel';

import type { Resources } from '../resources/index.js';
import type { Ask } from './framework-info.js';
import type { Offer, OfferId } from './offer.js';

/**
 * How long declined resources stay away from the framework: seconds; absent or negative = 5,
 * 0 = not at all, at most 365 days (offer-core 1.5).
 */
export interface Filters {
  readonly refuseSeconds?: number;
}

/** One task to start on the agent of the accepted offers. */
export interface TaskLaunch {
  readonly taskId: TaskId;
  readonly name: string;
  readonly resources: Resources;
  /** What the host driver needs to start it: JSON data, opaque to the offer core. */
  readonly info: unknown;
}

/** What a framework may tell the master. */
export type FrameworkCall =
  | {
      /** Absolute: replaces all asks of the framework. An empty list = it wants nothing. */
      readonly kind: 'ask';
      readonly asks: readonly Ask[];
    }
  | {
      /** Several offers only of one agent and role; what is left over is declined. */
      readonly kind: 'accept';
      readonly offerIds: readonly OfferId[];
      readonly launches: readonly TaskLaunch[];
      readonly filters?: Filters;
    }
  | {
      /** Offers that are gone already are passed over. */
      readonly kind: 'decline';
      readonly offerIds: readonly OfferId[];
      readonly filters?: Filters;
    }
  | { readonly kind: 'suppress'; readonly roles?: readonly string[] }
  | { readonly kind: 'revive'; readonly roles?: readonly string[] }
  | { readonly kind: 'kill'; readonly taskId: TaskId; readonly gracePeriod?: Millis }
  | {
      /** Asks for the latest state of these tasks; an empty list = of all known ones. */
      readonly kind: 'reconcile';
      readonly tasks: readonly { readonly taskId: TaskId; readonly agentId?: AgentId }[];
    }
  | { readonly kind: 'acknowledge'; readonly taskId: TaskId };

/** What the master tells a framework, in order. */
export type FrameworkEvent =
  | { readonly kind: 'offers'; readonly offers: readonly Offer[] }
  | { readonly kind: 'rescind'; readonly offerId: OfferId; readonly reason: string }
  | { readonly kind: 'status'; readonly status: TaskStatus };

/** Why the master did not do what a framework asked. */
export type CallRefusal =
  | { readonly kind: 'notSubscribed' }
  | {
      /** It was away longer than its failover timeout and its tasks are being killed. */
      readonly kind: 'tearingDown';
    }
  | { readonly kind: 'invalidRole'; readonly rule: string }
  | { readonly kind: 'unknownRole'; readonly role: string }
  | { readonly kind: 'invalidAsk'; readonly askId: string; readonly rule: string }
  | { readonly kind: 'tooManyAsks'; readonly wanted: number; readonly max: number }
  | {
      /** The launches were answered with `TASK_DROPPED`, the offers that still lived are gone. */
      readonly kind: 'invalidOffers';
      readonly rule: string;
    }
  | {
      /** The id is in use or named twice; as with `invalidOffers`, none of the launches happens. */
      readonly kind: 'duplicateTask';
      readonly taskId: TaskId;
    }
  | { readonly kind: 'foreignTask'; readonly taskId: TaskId };
