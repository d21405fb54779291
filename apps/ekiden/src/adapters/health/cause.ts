import type { Millis } from '@ekiden/kernel';
import type { ProbeResult } from '../../ports/index.js';

const CAUSE_LENGTH_MAX = 200;

/** For people: shown with the task, kept in rows and events, so never long. */
function causeOfError(error: Error): string {
  // A name with several addresses fails with one error for each.
  const first: unknown = error instanceof AggregateError ? error.errors[0] : undefined;
  const { message } = first instanceof Error ? first : error;
  return message.slice(0, CAUSE_LENGTH_MAX);
}

/** Errors of our own machine: no sockets, no memory, no network, no names. */
const OURS: ReadonlySet<string> = new Set([
  'EMFILE',
  'ENFILE',
  'ENOBUFS',
  'ENOMEM',
  'EADDRNOTAVAIL',
  'ENETDOWN',
  'ENETUNREACH',
  'EAI_AGAIN',
]);

/** Errors by which nobody has answered: the network gave up. */
const SILENCE: ReadonlySet<string> = new Set(['ETIMEDOUT', 'EHOSTUNREACH', 'EHOSTDOWN']);

/** What an error says about the task that was asked, if anything. */
export function resultOfError(error: Error): ProbeResult {
  const cause = causeOfError(error);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (OURS.has(code)) return { ok: false, cause, notAsked: true };
  return SILENCE.has(code) ? { ok: false, cause, silent: true } : { ok: false, cause };
}

export function noAnswer(timeout: Millis): string {
  return `no answer within ${timeout / 1000} s`;
}
