import type { Millis } from '@ekiden/kernel';

/** A call that a hook of a rollout makes. */
export interface HookCall {
  readonly url: string;
  /** The same for every repetition of one call: the other side may have taken it already. */
  readonly idempotencyKey: string;
  /** JSON text. */
  readonly body: string;
  /** Status that counts as success. */
  readonly expect: number;
  /** For all of it, repetitions included. */
  readonly timeout: Millis;
  /** Ends it early; what comes back then is of no interest. */
  readonly signal: AbortSignal;
}

export interface HookAnswer {
  readonly ok: boolean;
  /** One sentence without secrets. */
  readonly reason: string;
  /** The beginning of the answer's body, 4 KiB at most. */
  readonly output: string;
}

/** Calls people's web servers on behalf of hooks. */
export interface HookCaller {
  /**
   * POSTs at least once: a server that cannot be reached, or that is not there at the moment, is
   * tried again until the time is over. Never follows a redirect. Never rejects.
   */
  call(call: HookCall): Promise<HookAnswer>;
}
