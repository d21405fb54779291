import type { Case, Sample } from '../benchmark.js';
import { holds, textOf } from '../bounds.js';
import { GOALS, type Goal } from '../goals.js';
import type { Measured } from '../measure-case.js';
import { median, spread } from '../statistics.js';

/** One line of the outcome, as it is written to a file. Numbers are medians over the rounds. */
export interface Row {
  readonly benchmark: string;
  /** Number of the goal; `null` = for information. */
  readonly goal: string | null;
  readonly config: string;
  readonly value: number;
  readonly unit: string;
  readonly reference: number | null;
  /** Value over reference. */
  readonly ratio: number | null;
  /** As in `ratio <= 2 and value >= 2000`. */
  readonly bar: string | null;
  readonly aim: string | null;
  readonly meetsBar: boolean | null;
  readonly meetsAim: boolean | null;
  /** Middle half of the rounds over their median (statistics.ts). */
  readonly spread: number;
  readonly referenceSpread: number | null;
  readonly rounds: number;
  readonly attempts: number;
  /** Of one round, all processes that took part. */
  readonly cpuSeconds: number;
  readonly referenceCpuSeconds: number;
  readonly valid: boolean;
  readonly doubts: readonly string[];
}

export function rowsOf(benchmark: string, one: Case, measured: Measured): readonly Row[] {
  return one.rows.map((plan): Row => {
    const values = valuesOf(measured.subject, plan.measure);
    if (values.length === 0) throw new Error(`${one.name} does not measure "${plan.measure}"`);
    const others = valuesOf(measured.reference, plan.measure);
    const value = median(values);
    const reference = others.length === 0 ? undefined : median(others);
    const ratio = reference === undefined || reference === 0 ? undefined : value / reference;
    const goal: Goal | undefined = plan.goal === undefined ? undefined : GOALS[plan.goal];
    return {
      benchmark,
      goal: goal?.number ?? null,
      config: plan.config,
      value,
      unit: plan.unit,
      reference: reference ?? null,
      ratio: ratio ?? null,
      bar: goal === undefined ? null : textOf(goal.bar),
      aim: goal === undefined ? null : textOf(goal.aim),
      meetsBar: goal === undefined ? null : (holds(goal.bar, value, ratio) ?? null),
      meetsAim: goal === undefined ? null : (holds(goal.aim, value, ratio) ?? null),
      spread: spread(values),
      referenceSpread: others.length === 0 ? null : spread(others),
      rounds: measured.subject.length,
      attempts: measured.attempts,
      cpuSeconds: median(measured.subject.map((sample) => sample.cpuSeconds)),
      referenceCpuSeconds: median(measured.reference.map((sample) => sample.cpuSeconds)),
      valid: measured.doubts.length === 0,
      doubts: measured.doubts,
    };
  });
}

function valuesOf(samples: readonly Sample[], measure: string): readonly number[] {
  return samples.flatMap(({ measures }) => measures[measure] ?? []);
}
