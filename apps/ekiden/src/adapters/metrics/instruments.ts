import type { Clock } from '@ekiden/kernel';
import type { Counter, Histogram, Meter, MetricValues, Timer } from '../../ports/index.js';
import { Distribution, type Spread } from './distribution.js';
import { Rates } from './rates.js';

const WINDOW_MS = 60_000;

/** By what Marathon calls them in its answer. */
export type InstrumentKind = 'gauge' | 'counter' | 'histogram' | 'meter' | 'timer';

/** One thing that is measured. */
export interface Instrument {
  readonly kind: InstrumentKind;
  /** As Marathon shows it; `undefined`: it is left out now. */
  values(): MetricValues | undefined;
}

export class GaugeInstrument implements Instrument {
  readonly kind = 'gauge';
  private readonly read: () => number | undefined;

  constructor(read: () => number | undefined) {
    this.read = read;
  }

  value(): number | undefined {
    const value = this.read();
    return value === undefined ? undefined : finite(value);
  }

  values(): MetricValues | undefined {
    const value = this.value();
    return value === undefined ? undefined : { value };
  }
}

export class CounterInstrument implements Instrument, Counter {
  readonly kind = 'counter';
  count = 0;

  add(by = 1): void {
    this.count += by;
  }

  values(): MetricValues {
    return { count: this.count };
  }
}

export class MeterInstrument implements Instrument, Meter {
  readonly kind = 'meter';
  private readonly clock: Clock;
  private readonly rates: Rates;

  constructor(clock: Clock) {
    this.clock = clock;
    this.rates = new Rates(clock.monotonic());
  }

  get count(): number {
    return this.rates.count;
  }

  mark(): void {
    this.rates.mark(this.clock.monotonic());
  }

  values(): MetricValues {
    const { count } = this;
    return { count, ...rateValues(this.rates, this.clock.monotonic()), units: 'events/second' };
  }
}

export class HistogramInstrument implements Instrument, Histogram {
  readonly kind = 'histogram';
  private readonly clock: Clock;
  private readonly observed: Distribution;

  constructor(clock: Clock) {
    this.clock = clock;
    this.observed = new Distribution(WINDOW_MS, clock.monotonic());
  }

  observe(value: number): void {
    this.observed.observe(value, this.clock.monotonic());
  }

  summary(): SummaryValues {
    return summaryOf(this.observed, this.clock);
  }

  values(): MetricValues {
    const { count, spread } = this.summary();
    return { count, ...spreadValues(spread) };
  }
}

/** In seconds, as shown. */
export class TimerInstrument implements Instrument, Timer {
  readonly kind = 'timer';
  private readonly clock: Clock;
  private readonly observed: Distribution;
  private readonly rates: Rates;

  constructor(clock: Clock) {
    this.clock = clock;
    this.observed = new Distribution(WINDOW_MS, clock.monotonic());
    this.rates = new Rates(clock.monotonic());
  }

  observe(spentMs: number): void {
    const now = this.clock.monotonic();
    this.observed.observe(spentMs / 1000, now);
    this.rates.mark(now);
  }

  start(): () => void {
    const startedAt = performance.now();
    return () => this.observe(performance.now() - startedAt);
  }

  summary(): SummaryValues {
    return summaryOf(this.observed, this.clock);
  }

  values(): MetricValues {
    const { count, spread } = this.summary();
    return {
      count,
      ...spreadValues(spread),
      ...rateValues(this.rates, this.clock.monotonic()),
      duration_units: 'seconds',
      rate_units: 'calls/second',
    };
  }
}

export interface SummaryValues {
  readonly count: number;
  readonly sum: number;
  readonly spread: Spread;
}

function summaryOf(observed: Distribution, clock: Clock): SummaryValues {
  const { count, sum } = observed;
  return { count, sum, spread: observed.spread(clock.monotonic()) };
}

function spreadValues({ min, mean, max, stddev, quantiles }: Spread): Record<string, number> {
  const shown = [...quantiles].map(([q, value]) => [
    `p${String(q).slice(2).padEnd(2, '0')}`,
    value,
  ]);
  return { min, mean, max, ...(Object.fromEntries(shown) as Record<string, number>), stddev };
}

function rateValues(rates: Rates, now: number): Record<string, number> {
  const { mean, smoothed } = rates.read(now);
  const [m1 = 0, m5 = 0, m15 = 0] = smoothed;
  return { m1_rate: m1, m5_rate: m5, m15_rate: m15, mean_rate: mean };
}

/** JSON has no other numbers (marathon-api 11.3). */
function finite(value: number): number {
  return Number.isFinite(value) ? value : 0;
}
