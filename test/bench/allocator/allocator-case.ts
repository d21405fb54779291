import type { GoalKey } from '../goals.js';
import type { CppFigure } from './cpp-figures.js';
import type { WorkloadSpec } from './specs.js';

/** What a process of the case measured, by its name and the measure's; times C++-equivalent. */
export type Of = (process: string, measure: string) => number;

/** A row of the outcome to be. */
export interface Line {
  readonly about: string;
  readonly unit: string;
  readonly goal?: GoalKey;
  readonly value: (of: Of) => number;
  /** A recorded figure, or what the plain allocator measured in the same round. */
  readonly beside?: CppFigure | { readonly plain: string };
}

/** Workloads that run side by side, each in a process of its own, and the rows they give. */
export interface AllocatorCase {
  readonly name: string;
  readonly processes: Readonly<Record<string, WorkloadSpec>>;
  /** The same for the plain allocator. */
  readonly plain?: WorkloadSpec;
  readonly lines: readonly Line[];
}

/** How large the workloads are, and how many of them. */
export interface Scale {
  /** Of the sizes that there are figures of: 1 = the same. */
  readonly share: number;
  /** At further sizes, too. */
  readonly long: boolean;
}

export function sized({ share }: Scale, count: number): number {
  return Math.max(2, Math.round(count * share));
}

/** What every measure of time is told in: see yardstick.ts. */
const MS = 'eq ms';
export const MICROS = 'eq us';

export function timeLine(
  about: string,
  from: readonly [process: string, measure: string],
  more: Partial<Line> = {},
): Line {
  return { about, unit: MS, value: (of) => of(...from), ...more };
}

export function microsLine(
  about: string,
  from: readonly [process: string, measure: string],
  more: Partial<Line> = {},
): Line {
  return timeLine(about, from, { unit: MICROS, ...more });
}

export function countLine(
  about: string,
  from: readonly [process: string, measure: string],
  unit: string,
  more: Partial<Line> = {},
): Line {
  return timeLine(about, from, { unit, ...more });
}

/** `10,000 x 1,000` */
export function size(agents: number, others: number): string {
  return `${agents.toLocaleString('en-US')} x ${others.toLocaleString('en-US')}`;
}
