import type { AgentId, TaskStatus } from '@ekiden/kernel';

import type { InverseOffer, Offer, OfferId } from './offer.js';
import type { OperationStatus } from './operation.js';

/** Mesos's reasons that only a master gives, more exact than the status's own (offer-core 1.6). */
export type MasterReason =
  'INVALID_OFFERS' | 'TASK_GROUP_INVALID' | 'CONTAINER_PREEMPTED' | 'AGENT_REMOVED_BY_OPERATOR';

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
      readonly because?: MasterReason;
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
