/** How a new version takes the place of the old one (DESIGN 7; rollouts.md pins it down). */
export type RolloutStrategy = 'rolling' | 'blueGreen' | 'canary' | 'serial';

/** When in a rollout a hook runs: once per instance in `serial`, once per deployment elsewhere. */
export type HookMoment =
  'beforeStart' | 'afterReady' | 'beforePromote' | 'afterPromote' | 'beforeStop' | 'afterStop';

/** A call or a command at a moment of a rollout; exactly one of `http` and `command`. */
export interface Hook {
  readonly at: HookMoment;
  readonly http?: {
    readonly url: string;
    /** Status that counts as success. */
    readonly expect: number;
  };
  /** A task of its own, with the new version's image or sandbox. */
  readonly command?: readonly string[];
  readonly timeoutSeconds: number;
  readonly onFailure: 'abort' | 'ignore';
}

export interface CanaryStep {
  /** Per cent of what comes to the stable ports that the new version gets; 1 to 100. */
  readonly weight: number;
  readonly pauseSeconds?: number;
  /** Goes on when an operator says so. */
  readonly gate?: 'manual';
}

/**
 * When a new version that is given traffic does worse than may be, by what routers have counted. A
 * bound that is not there is not looked at.
 */
export interface AbortOn {
  /** How far back is looked. */
  readonly windowSeconds: number;
  /** Of fewer requests of a version within that nothing is concluded. */
  readonly minRequests: number;
  /** Per cent of its requests that may fail, whatever the old version does. */
  readonly errorPercent?: number;
  /** Percentage points by which it may fail more often than the old version; 100 = it may always. */
  readonly errorPercentOverOld: number;
  /** Mean time to the head of a response, in milliseconds. */
  readonly latencyMs?: number;
  /** The same as a multiple of the old version's. */
  readonly latencyTimesOld?: number;
}

/** `rollout` of an app, a pod or a group, with every default in place. */
export interface Rollout {
  readonly strategy: RolloutStrategy;
  /** From the last progress on; then `onFailure` happens. */
  readonly progressDeadlineSeconds: number;
  readonly onFailure: 'pause' | 'rollback';
  /** Of an app in the rollout of its group: false = never runs twice, replaced at promotion. */
  readonly twin: boolean;
  /** How long what is under way to an instance may go on before it is told to stop. */
  readonly drainSeconds: number;
  readonly blueGreen: {
    /** How many of each app start before promotion; `null` = all. */
    readonly previewInstances: number | null;
    readonly promotion: 'manual' | 'automatic';
    readonly promotionDeadlineSeconds: number;
    /** How long the old version is kept warm after promotion; also of `canary`. */
    readonly holdSeconds: number;
  };
  readonly canary: { readonly steps: readonly CanaryStep[] };
  /** Of `blueGreen` and `canary`; absent = written before there was such a thing: never. */
  readonly abortOn?: AbortOn;
  readonly serial: { readonly order: 'ascending' | 'descending' };
  readonly hooks: readonly Hook[];
}
