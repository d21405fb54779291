import type { AgentId, Millis, TaskId } from '@ekiden/kernel';

import type { Ask, FrameworkInfo } from './framework-info.js';
import type { OfferId } from './offer.js';
import type { OfferOperation, TaskLaunch } from './operation.js';

/**
 * How long declined resources stay away from the framework: seconds; absent or negative = 5,
 * 0 = not at all, at most 365 days (offer-core 1.5).
 */
export interface Filters {
  readonly refuseSeconds?: number;
}

/** The roles meant; absent = all of the framework's (offer-core 1.5, REVIVE and SUPPRESS). */
interface RoleChoice {
  readonly roles?: readonly string[];
}

/**
 * What a framework may tell the master: the scheduler calls of Mesos (offer-core 1.5, 6.2); beyond
 * them asks, `renew`, `unsuppress`, `clearFilters` and `transact` (offer-core 5.2, O1 to O8).
 */
export type FrameworkCall =
  | {
      /**
       * Absolute: replaces all asks of the framework. An empty list = it wants nothing. Only for
       * frameworks with the capability ASKS. `request` is Mesos's word for it.
       */
      readonly kind: 'ask' | 'request';
      readonly asks: readonly Ask[];
    }
  | {
      /**
       * Several offers only of one agent and role; what is left over is declined, except what the
       * operations made, which comes back without filter (ADM-02).
       */
      readonly kind: 'accept';
      readonly offerIds: readonly OfferId[];
      /** Short for one LAUNCH before all `operations`. */
      readonly launches?: readonly TaskLaunch[];
      /** Done in order; one that fails takes only itself and what needs its result (ADM-03). */
      readonly operations?: readonly OfferOperation[];
      readonly filters?: Filters;
    }
  | {
      /** Offers that are gone already are passed over. */
      readonly kind: 'decline';
      readonly offerIds: readonly OfferId[];
      readonly filters?: Filters;
      /** For people: `explain` shows it while the filter stands. */
      readonly reason?: string;
    }
  | {
      /** The offers live for one more lease from now on; those that are gone are passed over. */
      readonly kind: 'renew';
      readonly offerIds: readonly OfferId[];
    }
  | ({
      /**
       * `suppress` stops offers, `unsuppress` lets them come again; both leave filters alone.
       * `revive` = `unsuppress` and the roles' filters cleared. Each may be repeated.
       */
      readonly kind: 'suppress' | 'unsuppress' | 'revive';
    } & RoleChoice)
  | ({ readonly kind: 'clearFilters'; readonly agentId?: AgentId } & RoleChoice)
  | {
      /** Replaces these parts of its info; those left out are as if never said. */
      readonly kind: 'updateFramework';
      readonly update: Pick<
        FrameworkInfo,
        'roles' | 'capabilities' | 'suppressedRoles' | 'offerConstraints' | 'minimumAllocatable'
      >;
    }
  | {
      /** A hint for operators; an inverse offer that is gone is passed over. */
      readonly kind: 'acceptInverse' | 'declineInverse';
      readonly agentId: AgentId;
      /** How long it is not asked again; as for offers. */
      readonly filters?: Filters;
    }
  | {
      /** Takes resources by its own choice; answered by the event `transaction`. */
      readonly kind: 'transact';
      readonly role: string;
      /** Each agent once. `version` = the agent's in the snapshot the choice was made on. */
      readonly takings: readonly {
        readonly agentId: AgentId;
        readonly version: number;
        readonly launches: readonly TaskLaunch[];
      }[];
      /** `all`: everything or nothing. */
      readonly mode: 'all' | 'partial';
    }
  | { readonly kind: 'kill'; readonly taskId: TaskId; readonly gracePeriod?: Millis }
  | {
      /** Asks for the latest state of these tasks; an empty list = of all known ones. */
      readonly kind: 'reconcile';
      readonly tasks: readonly { readonly taskId: TaskId; readonly agentId?: AgentId }[];
    }
  | { readonly kind: 'acknowledge'; readonly taskId: TaskId }
  | {
      /** Ends the framework: its tasks are killed, and with the last of them it is forgotten. */
      readonly kind: 'teardown';
    };

/**
 * Why the master did not do what a framework asked: where Mesos answers with an error or drops the
 * call, this says which rule was broken (ADM-01, offer-core 1.5).
 */
export type CallRefusal =
  | { readonly kind: 'notSubscribed' }
  | {
      /** It ended, or was away longer than its failover timeout; its tasks are being killed. */
      readonly kind: 'tearingDown';
    }
  | { readonly kind: 'invalidRole'; readonly rule: string }
  | { readonly kind: 'unknownRole'; readonly role: string }
  | {
      /** Offer constraints or a minimum of `role`. */
      readonly kind: 'invalidWish';
      readonly role: string;
      readonly rule: string;
    }
  | {
      /** The call is only for frameworks that declare the capability. */
      readonly kind: 'capabilityNeeded';
      readonly capability: 'ASKS';
    }
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
  | { readonly kind: 'foreignTask'; readonly taskId: TaskId }
  | { readonly kind: 'invalidTransaction'; readonly rule: string }
  | {
      /** The allocator behind the master cannot do it. */
      readonly kind: 'notSupported';
    };
