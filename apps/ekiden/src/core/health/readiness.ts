import { assert } from '@ekiden/kernel';
import type { AppDefinition, ReadinessCheck } from '../app/index.js';

/** What one readiness check of one task has shown last. */
export interface ReadinessState {
  /** Once true it stays so for the life of the task (marathon-behaviour 6.3). */
  readonly ready: boolean;
  /** Kept only for checks with `preserveLastResponse`. */
  readonly lastResponse?: ReadinessResponse;
}

export interface ReadinessResponse {
  /** 504 where there was no answer. */
  readonly status: number;
  readonly contentType: string;
  /** At most {@link RESPONSE_BODY_MAX} characters of it. */
  readonly body: string;
}

/** Characters of a response that are kept: it is stored with the task, and shown to people. */
export const RESPONSE_BODY_MAX = 4_096;

const NOT_READY: ReadinessState = { ready: false };

type Checks = Pick<AppDefinition, 'readinessChecks'>;

/** What a task said when it was asked; `undefined` = it did not answer. */
export interface ReadinessAnswer {
  readonly response: ReadinessResponse | undefined;
  /** Why it did not answer, one sentence. */
  readonly cause?: string;
}

/** States of a task's readiness checks, one per check of its definition and in their order. */
export function readinessStatesOf(
  stored: readonly ReadinessState[] | undefined,
  { readinessChecks }: Checks,
): readonly ReadinessState[] {
  return readinessChecks.map((_, index) => stored?.[index] ?? NOT_READY);
}

/** The states with one of them replaced. */
export function withReadinessState(
  states: readonly ReadinessState[],
  index: number,
  state: ReadinessState,
): readonly ReadinessState[] {
  assert(index >= 0 && index < states.length, `no readiness check ${index} of ${states.length}`);
  return states.map((old, at) => (at === index ? state : old));
}

/**
 * What an answer means; `undefined` when it says nothing new. No answer counts as status 504, as
 * Marathon has it.
 */
export function judgeReadiness(
  before: ReadinessState,
  check: ReadinessCheck,
  { response, cause = 'no answer' }: ReadinessAnswer,
): ReadinessState | undefined {
  const seen = response ?? { status: 504, contentType: 'text/plain', body: cause };
  const ready = before.ready || check.httpStatusCodesForReady.includes(seen.status);
  const { lastResponse: last } = before;
  const kept = check.preserveLastResponse ? { ...seen, body: bounded(seen.body) } : undefined;
  const same =
    last?.status === kept?.status &&
    last?.contentType === kept?.contentType &&
    last?.body === kept?.body;
  if (ready === before.ready && same) return undefined;
  return kept === undefined ? { ready } : { ready, lastResponse: kept };
}

function bounded(body: string): string {
  return body.slice(0, RESPONSE_BODY_MAX);
}
