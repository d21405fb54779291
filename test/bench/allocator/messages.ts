import type { Measures } from './meter.js';

/** What the benchmark tells the process of a workload. */
export type Order =
  | { readonly kind: 'round' }
  | { readonly kind: 'profile'; readonly file: string; readonly rounds: number };

/** What that says when it has done so; before the first order once, when it is set up. */
export interface Answer {
  readonly measures: Measures;
  readonly cpuSeconds: number;
}
