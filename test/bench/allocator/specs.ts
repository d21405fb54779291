/** Which agents, what they use, and under which role: the variants of W1. */
export type DeclineShape =
  /** W1: 16 port ranges used. */
  | { readonly kind: 'plain' }
  /** W4: two dynamic reservations with labels of their own. */
  | { readonly kind: 'labels' }
  /** W9: reserved resources and a volume, declined without filters. */
  | { readonly kind: 'volumes'; readonly shared: boolean }
  /** W10: so many port ranges used. */
  | { readonly kind: 'ports'; readonly usedRanges: number };

/** One workload at one size: what a process of its own is given to run. */
export type WorkloadSpec =
  | {
      readonly kind: 'declines';
      readonly allocator: 'drf' | 'plain';
      readonly agents: number;
      readonly frameworks: number;
      readonly shape: DeclineShape;
      /** With a filter for good, without one (W9), or with `refuse_seconds` = 0 (W11). */
      readonly filter: boolean;
      readonly cyclesPerRound: number;
    }
  | {
      /** W1 to the end: every framework has declined every agent for good. */
      readonly kind: 'allFiltered';
      readonly allocator: 'drf' | 'plain';
      readonly mode: 'batch' | 'incremental';
      readonly agents: number;
      readonly frameworks: number;
    }
  | {
      /** W2, frameworks first or agents first. */
      readonly kind: 'adding';
      readonly first: 'frameworks' | 'agents';
      readonly agents: number;
      readonly frameworks: number;
    }
  | {
      /** W3. */
      readonly kind: 'suppressing';
      readonly agents: number;
      readonly frameworks: number;
    }
  | {
      /** W5: a guarantee for every role. */
      readonly kind: 'quotas';
      readonly small: number;
      readonly large: number;
    }
  | {
      /** W5b: half of the frameworks of a cluster with quotas, or none. */
      readonly kind: 'quotaOrNot';
      readonly roles: number;
      readonly quota: boolean;
    }
  | {
      /** W6: tasks of three kinds of frameworks on one pool. */
      readonly kind: 'twoLoads';
      readonly manner: LoadManner;
    }
  | {
      /** W7: what every role has and may have. */
      readonly kind: 'roleBooks';
      readonly agents: number;
      readonly roles: number;
    }
  | {
      /** W8: all frameworks revive while there is nothing to offer. */
      readonly kind: 'reviving';
      readonly agents: number;
      readonly frameworks: number;
    }
  | {
      /** Single agents come free while all others are taken, in incremental mode. */
      readonly kind: 'freed';
      readonly agents: number;
      readonly frameworks: number;
    }
  | {
      /** W12. */
      readonly kind: 'reserving';
      readonly roles: number;
    }
  | {
      /** W13. */
      readonly kind: 'sorting';
      readonly agents: number;
      readonly clients: number;
    }
  | {
      /** W14. */
      readonly kind: 'arithmetic';
    };

/** Frameworks that want nothing more: decline all the same, suppress, or have asks to begin with. */
export type LoadManner = 'declines' | 'suppresses' | 'asks';
