import type { Case, Sample } from './benchmark.js';
import { median, spread } from './statistics.js';

/** The samples of all rounds that count, and whether they may be published. */
export interface Measured {
  readonly reference: readonly Sample[];
  readonly subject: readonly Sample[];
  /** How often all rounds were run. */
  readonly attempts: number;
  /** Why not to believe it; empty = valid. */
  readonly doubts: readonly string[];
}

export interface MeasureOptions {
  readonly rounds: number;
  readonly say: (line: string) => void;
}

/** The reference must not vary more than this, or the machine is too busy to compare on. */
const SPREAD_MAX = 0.3;

/** Below this a median says little. */
const ROUNDS_MIN = 5;

const ATTEMPTS_MAX = 3;

/**
 * Runs reference and subject in turn: one round that does not count, then `rounds` that do. Runs
 * all of it again while the reference itself varies too much, three times at most; of several
 * attempts the one with the steadiest reference is kept.
 */
export async function measureCase(one: Case, options: MeasureOptions): Promise<Measured> {
  const { rounds, say } = options;
  const few = rounds < ROUNDS_MIN ? [`${rounds} rounds, fewer than ${ROUNDS_MIN}`] : [];
  await round(one, `${one.name}, warm-up`, say);
  let best: { samples: Samples; unrest: number } | undefined;
  let attempts = 0;
  while (attempts < ATTEMPTS_MAX) {
    attempts += 1;
    const samples = await allRounds(one, options, attempts);
    const unrest = unrestOf(one, samples.reference);
    if (best === undefined || unrest < best.unrest) best = { samples, unrest };
    if (unrest < SPREAD_MAX) break;
    say(`${one.name}: the reference varied by ${percent(unrest)}, too much to compare with`);
  }
  const { samples, unrest } = best ?? { samples: { reference: [], subject: [] }, unrest: 0 };
  const restless =
    unrest < SPREAD_MAX ? [] : [`the reference varied by ${percent(unrest)} in every attempt`];
  return { ...samples, attempts, doubts: [...few, ...restless] };
}

interface Samples {
  readonly reference: readonly Sample[];
  readonly subject: readonly Sample[];
}

async function allRounds(one: Case, options: MeasureOptions, attempt: number): Promise<Samples> {
  const { rounds, say } = options;
  const reference: Sample[] = [];
  const subject: Sample[] = [];
  for (let n = 1; n <= rounds; n += 1) {
    const again = attempt === 1 ? '' : ` of attempt ${attempt}`;
    const both = await round(one, `${one.name}, round ${n}/${rounds}${again}`, say);
    reference.push(both.reference);
    subject.push(both.subject);
  }
  return { reference, subject };
}

async function round(
  one: Case,
  label: string,
  say: (line: string) => void,
): Promise<{ readonly reference: Sample; readonly subject: Sample }> {
  const reference = await one.reference.run({});
  const subject = await one.subject.run({});
  say(`${label}: reference ${tell(one, reference)}; subject ${tell(one, subject)}`);
  return { reference, subject };
}

function tell(one: Case, { measures }: Sample): string {
  const told = one.rows.flatMap(({ measure, unit }) => {
    const value = measures[measure];
    return value === undefined ? [] : [`${measure} ${Number(value.toPrecision(3))} ${unit}`];
  });
  return told.join(', ');
}

/** The worst spread of what the reference gives for rows that have a goal. */
function unrestOf(one: Case, reference: readonly Sample[]): number {
  const spreads = one.rows.flatMap(({ measure, goal }) => {
    const values = reference.flatMap(({ measures }) => measures[measure] ?? []);
    return goal === undefined || values.length === 0 || median(values) === 0
      ? []
      : [spread(values)];
  });
  return Math.max(0, ...spreads);
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
