import type { Millis } from '@ekiden/kernel';
import type { ProbeResult } from '../../ports/index.js';
import { noAnswer } from './cause.js';

/**
 * One probe with an end: at the first verdict, or when its time is up, whatever is missing then (a
 * name, a connection, a handshake, an answer, the rest of one). `begin` starts it and returns what
 * lets go of its sockets, which happens in either case.
 */
export async function probeWithin(
  timeout: Millis,
  begin: (settle: (result: ProbeResult) => void) => ProbeUnderWay,
): Promise<ProbeResult> {
  let settle: (result: ProbeResult) => void = () => undefined;
  const verdict = new Promise<ProbeResult>((resolve) => {
    settle = resolve;
  });
  const probe = begin(settle);
  const limit = setTimeout(() => {
    settle({ ok: false, cause: noAnswer(timeout), ...probe.whenLate() });
  }, timeout);
  try {
    return await verdict;
  } finally {
    clearTimeout(limit);
    probe.stop();
  }
}

interface ProbeUnderWay {
  /** Lets go of everything; called once. */
  stop(): void;
  /** What else to say of a probe whose time is up. */
  whenLate(): Partial<ProbeResult>;
}
