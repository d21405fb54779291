import { rm } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { FetcherLimits } from './fetcher-limits.js';
import { attemptDownload, type Attempt, type HttpRequest } from './http-attempt.js';

const BACKOFF_FACTOR = 3;

/** Downloads, trying again a few times when it may help. Leaves no file unless it is `done`. */
export async function download(
  request: HttpRequest,
  into: string,
  options: { readonly limits: FetcherLimits; readonly signal: AbortSignal },
): Promise<Attempt> {
  const { limits, signal } = options;
  let pause: number = limits.retryAfter;
  for (let attempt = 1; ; attempt += 1) {
    const outcome = await attemptDownload(request, into, options);
    if (outcome.kind === 'done') return outcome;
    await rm(into, { force: true });
    if (outcome.kind === 'unchanged' || !outcome.again || signal.aborted) return outcome;
    if (attempt >= limits.attemptsMax) {
      return { ...outcome, message: `${outcome.message} (${attempt} attempts)` };
    }
    await delay(pause, undefined, { signal }).catch(() => undefined);
    pause *= BACKOFF_FACTOR;
  }
}
