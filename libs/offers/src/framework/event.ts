import type { AgentId, TaskStatus } from '@ekiden/kernel';

import type { InverseOffer, Offer, OfferId } from './offer.js';
import type { OperationStatus } from './operation.js';

/** What the master tells a framework, in order (the scheduler events of Mesos, offer-core 6.2). */
export type FrameworkEvent =
  | { readonly kind: 'offers'; readonly offers: readonly Offer[] }
  | { readonly kind: 'rescind'; readonly offerId: OfferId; readonly reason: string }
  | {
      /** Somebody waits for what these hold: decline them when they are not needed. */
      readonly kind: 'wantedBack';
      readonly offerIds: readonly OfferId[];
    }
  | {
      /**
       * A framework without PARTITION_AWARE reads `legacyState` in place of the status's state,
       * where present (offer-core 1.6).
       */
      readonly kind: 'status';
      readonly status: TaskStatus;
      readonly legacyState?: 'TASK_LOST';
    }
  | { readonly kind: 'operation'; readonly status: OperationStatus }
  | { readonly kind: 'inverseOffers'; readonly inverseOffers: readonly InverseOffer[] }
  | { readonly kind: 'inverseRescinded'; readonly agentId: AgentId; readonly reason: string }
  | {
      /** What became of a `transact`; tasks of agents in conflict were dropped. */
      readonly kind: 'transaction';
      readonly committed: readonly AgentId[];
      readonly conflicts: readonly {
        readonly agentId: AgentId;
        readonly reason: 'unknownAgent' | 'agentInactive' | 'changed' | 'notAvailable' | 'limit';
      }[];
    };
