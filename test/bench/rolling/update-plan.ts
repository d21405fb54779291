/** One rolling update: how many instances, how many at a time, what comes first. */
export interface UpdatePlan {
  readonly instances: number;
  /** How many are on their way at the same time. */
  readonly window: number;
  readonly order: 'start-first' | 'stop-first';
}

/** What a container of this version runs: until it is killed, which it is at once. */
export function commandOf(version: number): string {
  return `exec sleep ${FIRST + version}`;
}

const FIRST = 100_000;

export const UPDATE_LIMIT_MS = 300_000;
