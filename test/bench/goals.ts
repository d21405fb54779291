/** A limit on the value itself or on its ratio to the reference of the same run. */
export interface Bound {
  readonly of: 'value' | 'ratio';
  readonly sign: '<=' | '>=';
  readonly limit: number;
}

/** All bounds of a bar or an aim hold, or it is missed. */
export interface Goal {
  /** As the list of goals numbers it. */
  readonly number: string;
  readonly about: string;
  /** Must hold for a release. */
  readonly bar: readonly Bound[];
  /** What to boast about. */
  readonly aim: readonly Bound[];
}

const atMost = (of: Bound['of'], limit: number): Bound => ({ of, sign: '<=', limit });
const atLeast = (of: Bound['of'], limit: number): Bound => ({ of, sign: '>=', limit });

/** Every bar and aim that a benchmark is held against; times in seconds, rates per second. */
export const GOALS = {
  startMany: {
    number: '3a',
    about: 'containers started per second, against the raw engine at its best concurrency',
    bar: [atLeast('ratio', 0.9)],
    aim: [atLeast('ratio', 1)],
  },
  startOne: {
    number: '3c',
    about: 'one container: POST until TASK_RUNNING, against create and start',
    bar: [atMost('ratio', 1.7)],
    aim: [atMost('ratio', 1.2)],
  },
  durablePlacements: {
    number: '2c',
    about: 'durable placements, against the same SQL run raw',
    bar: [atLeast('ratio', 0.25), atLeast('value', 2_000)],
    aim: [atLeast('ratio', 0.25), atLeast('value', 4_000)],
  },
  bootEmpty: {
    number: '9a',
    about: 'spawn to first 200 of /v2/info, against a trivial Nest-Fastify server',
    bar: [atMost('ratio', 2)],
    aim: [atMost('ratio', 1.3)],
  },
  bootFirstRun: {
    number: '9c',
    about: 'all-in-one with embedded Postgres, first run: spawn to leading',
    bar: [atMost('value', 5)],
    aim: [atMost('value', 2.5)],
  },
  bootLaterRuns: {
    number: '9c',
    about: 'all-in-one with embedded Postgres, later runs: spawn to leading',
    bar: [atMost('value', 3)],
    aim: [atMost('value', 1.5)],
  },
} as const satisfies Readonly<Record<string, Goal>>;

export type GoalKey = keyof typeof GOALS;

/** `undefined` when a bound is on the ratio and there is no reference to compare with. */
export function holds(
  bounds: readonly Bound[],
  value: number,
  ratio: number | undefined,
): boolean | undefined {
  const each = bounds.map(({ of, sign, limit }) => {
    const actual = of === 'value' ? value : ratio;
    if (actual === undefined) return undefined;
    return sign === '<=' ? actual <= limit : actual >= limit;
  });
  if (each.includes(false)) return false;
  return each.includes(undefined) ? undefined : true;
}

/** `ratio >= 0.25 and value >= 2000`. */
export function textOf(bounds: readonly Bound[]): string {
  return bounds.map(({ of, sign, limit }) => `${of} ${sign} ${limit}`).join(' and ');
}
