import type { Maybe } from './app-wire.js';
import type { HookMoment, Rollout, RolloutStrategy } from './rollout.js';

/**
 * `rollout` of a document after the JSON-shape check: right types, nothing defaulted. In an update
 * absent means kept and `null` means none, also where the rest of the document is complete.
 */
export interface RolloutWire {
  readonly strategy?: Maybe<RolloutStrategy>;
  readonly progressDeadlineSeconds?: Maybe<number>;
  readonly onFailure?: Maybe<Rollout['onFailure']>;
  readonly twin?: Maybe<boolean>;
  readonly drainSeconds?: Maybe<number>;
  readonly blueGreen?: Maybe<BlueGreenWire>;
  readonly canary?: Maybe<{ readonly steps?: Maybe<readonly CanaryStepWire[]> }>;
  readonly abortOn?: Maybe<AbortOnWire>;
  readonly serial?: Maybe<{ readonly order?: Maybe<Rollout['serial']['order']> }>;
  readonly hooks?: Maybe<readonly HookWire[]>;
}

export interface BlueGreenWire {
  readonly previewInstances?: Maybe<number>;
  readonly promotion?: Maybe<Rollout['blueGreen']['promotion']>;
  readonly promotionDeadlineSeconds?: Maybe<number>;
  readonly holdSeconds?: Maybe<number>;
}

export interface AbortOnWire {
  readonly windowSeconds?: Maybe<number>;
  readonly minRequests?: Maybe<number>;
  readonly errorPercent?: Maybe<number>;
  readonly errorPercentOverOld?: Maybe<number>;
  readonly latencyMs?: Maybe<number>;
  readonly latencyTimesOld?: Maybe<number>;
}

/** A pause or a gate. */
export interface CanaryStepWire {
  readonly weight: number;
  readonly pauseSeconds?: Maybe<number>;
  readonly gate?: Maybe<'manual'>;
}

/** Exactly one of `http` and `command`. */
export interface HookWire {
  readonly at: HookMoment;
  readonly http?: Maybe<{ readonly url: string; readonly expect?: Maybe<number> }>;
  readonly command?: Maybe<readonly string[]>;
  readonly timeoutSeconds?: Maybe<number>;
  readonly onFailure?: Maybe<'abort' | 'ignore'>;
}
