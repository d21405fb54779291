import { median } from '../statistics.js';
import { CALIBRATION_OF_CPP_MS } from '../machine/index.js';

/** A single one varies with whatever else the machine does. */
const KEPT = 5;

/**
 * Carries CPU times to the machine of the C++ figures: the fixed work of machine/calibrate.ts is done
 * again beside every round, and the median of its last times is what a round is divided by.
 */
export class Yardstick {
  private readonly measure: () => number;
  private last: readonly number[] = [];

  constructor(measure: () => number) {
    this.measure = measure;
  }

  /** Measures once more; times of now times this are C++-equivalent. */
  factor(): number {
    this.last = [...this.last, this.measure()].slice(-KEPT);
    return CALIBRATION_OF_CPP_MS / median(this.last);
  }
}
