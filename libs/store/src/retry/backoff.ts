import { setTimeout as sleep } from 'node:timers/promises';

export interface BackoffPolicy {
  readonly firstMs: number;
  readonly maxMs: number;
}

/** Doubling delays between attempts, bounded by `maxMs`. Unlimited attempts, limited rate. */
export class Backoff {
  private readonly policy: BackoffPolicy;
  private nextMs: number;

  constructor(policy: BackoffPolicy) {
    this.policy = policy;
    this.nextMs = policy.firstMs;
  }

  /** The delay before the next attempt. */
  next(): number {
    const delay = this.nextMs;
    this.nextMs = Math.min(this.policy.maxMs, delay * 2);
    return delay;
  }

  reset(): void {
    this.nextMs = this.policy.firstMs;
  }
}

/** Waits, or returns early (without throwing) when the signal aborts. */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, signal === undefined ? {} : { signal });
  } catch (error) {
    if (signal?.aborted !== true) throw error;
  }
}

/** Asks `done` every `everyMs` until it says true or `limitMs` is over; the last answer. */
export async function eventually(
  done: () => boolean | Promise<boolean>,
  limits: { readonly limitMs: number; readonly everyMs: number },
): Promise<boolean> {
  const end = performance.now() + limits.limitMs;
  for (;;) {
    if (await done()) return true;
    if (performance.now() >= end) return false;
    await pause(limits.everyMs);
  }
}
