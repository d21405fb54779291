import type { Brand } from '../brand.js';
import { assert } from '../flow/assert.js';

/** Milliseconds: a point in time counted from 1970-01-01T00:00:00Z, or a span. Always an integer. */
export type Millis = Brand<number, 'Millis'>;

/** Names a number as milliseconds, rounding to whole ones. */
export function millis(value: number): Millis {
  return Math.round(value) as Millis;
}

/** Seconds, as users write them, to milliseconds. */
export function seconds(value: number): Millis {
  return millis(value * 1000);
}

/**
 * The only source of time. Pure code never asks the machine: it is handed `now`.
 *
 * `now` is the wall clock (may jump), for what people read; `monotonic` never goes back, for
 * leases and time-outs; its zero is arbitrary.
 */
export interface Clock {
  now(): Millis;
  monotonic(): Millis;
}

/** A clock that stands still until told to move; for tests and for the simulated world. */
export class ManualClock implements Clock {
  private wall: Millis;
  private ticks: Millis = millis(0);

  constructor(start: Millis = millis(1_600_000_000_000)) {
    this.wall = start;
  }

  now(): Millis {
    return this.wall;
  }

  monotonic(): Millis {
    return this.ticks;
  }

  advance(by: Millis): void {
    assert(by >= 0, `time does not go back (${by} ms)`);
    this.wall = millis(this.wall + by);
    this.ticks = millis(this.ticks + by);
  }
}
