import type { Millis } from '@ekiden/kernel';

const CAUSE_LENGTH_MAX = 200;

/** For people: shown with the task, kept in rows and events, so never long. */
export function causeOfError(error: Error): string {
  // A name with several addresses fails with one error for each.
  const first: unknown = error instanceof AggregateError ? error.errors[0] : undefined;
  const { message } = first instanceof Error ? first : error;
  return message.slice(0, CAUSE_LENGTH_MAX);
}

export function noAnswer(timeout: Millis): string {
  return `no answer within ${timeout / 1000} s`;
}
