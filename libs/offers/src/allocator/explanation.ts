import type { Millis } from '@ekiden/kernel';

import type { AgentCapability, FrameworkCapability, FrameworkId } from '../framework/index.js';
import type { Milli, Quantities } from '../resources/index.js';

/**
 * The first gate that said no to an offer, with numbers; or that none did. The order of gates is
 * fixed: who may be looked at, what the framework wants, whether the two fit together, what the
 * role may have, what is there, what was declined.
 */
export type Explanation =
  | { readonly kind: 'unknownAgent' }
  | { readonly kind: 'agentInactive' }
  | { readonly kind: 'hostLeftOut' }
  | {
      readonly kind: 'recovering';
      readonly agents: number;
      readonly wanted: number;
      readonly until: Millis;
    }
  | { readonly kind: 'notSubscribed' }
  | { readonly kind: 'frameworkInactive' }
  | { readonly kind: 'suppressed' }
  | { readonly kind: 'noAsk' }
  | { readonly kind: 'agentCapability'; readonly missing: AgentCapability }
  | { readonly kind: 'frameworkCapability'; readonly missing: FrameworkCapability }
  | { readonly kind: 'offerConstraints' }
  | { readonly kind: 'nothingFree' }
  | {
      /** A quota of the role or of an ancestor is used up; `free` = what it leaves. */
      readonly kind: 'limit';
      readonly role: string;
      readonly name: string;
      readonly limit: Milli;
      readonly consumed: Milli;
    }
  | {
      /** What is free is kept for guarantees of others. */
      readonly kind: 'headroom';
      readonly name: string;
      readonly required: Milli;
      readonly available: Milli;
    }
  | {
      readonly kind: 'insufficient';
      readonly name: string;
      readonly wanted: Milli;
      readonly available: Milli;
    }
  | { readonly kind: 'askConstraints'; readonly askId: string }
  | {
      /** The pool has no room for the whole gang at the same time. */
      readonly kind: 'gang';
      readonly askId: string;
      readonly wanted: number;
      readonly fits: number;
    }
  | { readonly kind: 'belowMinimum'; readonly minimum: readonly Quantities[] }
  | {
      /** In batch mode a filter binds until the first cycle at or after `until`. */
      readonly kind: 'filtered';
      readonly until: Millis;
      readonly reason?: string;
    }
  | {
      readonly kind: 'outranked';
      readonly byFramework: FrameworkId;
      readonly byRole: string;
    }
  | {
      /** Nothing stands against it: the next run offers it. */
      readonly kind: 'none';
    };
