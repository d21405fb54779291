import type { AbortOn } from '../../app/index.js';
import type { Counts } from './traffic-record.js';

/** What is to be thought of a new version by what came to it. */
export type Judgement =
  /** Nothing can be said, for this reason. */
  | { readonly kind: 'unjudged'; readonly because: string }
  /** No bound is exceeded; `besides`: why some could not be looked at. */
  | { readonly kind: 'good'; readonly besides?: string }
  /** A bound is exceeded: which one, with the figures. */
  | { readonly kind: 'bad'; readonly reason: string };

/** Differences of mean times below this are none, in milliseconds. */
const SAME_MS = 10;

/**
 * The new version against its bounds and against the old one (DESIGN 7). Nothing is concluded from
 * fewer requests than the bounds ask for; without enough of the old version it is not compared with
 * that. Worse figures never make a better judgement.
 */
export function judgeTraffic(
  bounds: AbortOn,
  { old, next }: { readonly old: Counts; readonly next: Counts },
): Judgement {
  const { minRequests, windowSeconds } = bounds;
  if (next.requests < minRequests) {
    const seen = `${next.requests} of ${minRequests} requests within ${windowSeconds} s`;
    return { kind: 'unjudged', because: `the new version had ${seen}` };
  }
  const comparable = old.requests >= minRequests;
  const reason =
    tooManyErrors(bounds, next) ??
    tooSlow(bounds, next) ??
    (comparable ? (moreErrors(bounds, old, next) ?? slower(bounds, old, next)) : undefined);
  if (reason !== undefined) {
    return { kind: 'bad', reason: `${reason} (${next.requests} requests in ${windowSeconds} s)` };
  }
  if (comparable) return { kind: 'good' };
  const besides = `it was not compared with the old version, which had ${old.requests} of ${minRequests} requests`;
  return { kind: 'good', besides };
}

function tooManyErrors({ errorPercent }: AbortOn, next: Counts): string | undefined {
  const percent = errorPercentOf(next);
  if (errorPercent === undefined || percent <= errorPercent) return undefined;
  return `${inPercent(percent)} of the new version's requests failed, over ${inPercent(errorPercent)}`;
}

function tooSlow({ latencyMs }: AbortOn, next: Counts): string | undefined {
  const mean = latencyMsOf(next);
  if (latencyMs === undefined || mean <= latencyMs) return undefined;
  return `the new version took ${inMs(mean)} on average to answer, over ${inMs(latencyMs)}`;
}

function moreErrors(
  { errorPercentOverOld }: AbortOn,
  old: Counts,
  next: Counts,
): string | undefined {
  const [before, now] = [errorPercentOf(old), errorPercentOf(next)];
  if (now - before <= errorPercentOverOld) return undefined;
  const allowed = errorPercentOverOld === 1 ? '1 point' : `${round(errorPercentOverOld)} points`;
  return `${inPercent(now)} of the new version's requests failed and ${inPercent(before)} of the old one's, over ${allowed} more`;
}

function slower({ latencyTimesOld }: AbortOn, old: Counts, next: Counts): string | undefined {
  if (latencyTimesOld === undefined) return undefined;
  const [before, now] = [latencyMsOf(old), latencyMsOf(next)];
  if (now <= before * latencyTimesOld || now - before < SAME_MS) return undefined;
  return `the new version took ${inMs(now)} on average to answer and the old one ${inMs(before)}, over ${round(latencyTimesOld)} times as long`;
}

/** Per cent of its requests that failed; 0 where there were none. */
export function errorPercentOf({ requests, errors }: Counts): number {
  return requests === 0 ? 0 : (errors * 100) / requests;
}

/** Mean time to the head of a response, in milliseconds; 0 where there were none. */
export function latencyMsOf({ requests, seconds }: Counts): number {
  return requests === 0 ? 0 : (seconds * 1_000) / requests;
}

function inPercent(percent: number): string {
  return `${round(percent)} %`;
}

function inMs(ms: number): string {
  return `${round(ms)} ms`;
}

function round(value: number): string {
  return String(Math.round(value * 10) / 10);
}
