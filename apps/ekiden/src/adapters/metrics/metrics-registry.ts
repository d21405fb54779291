import { assert, type Clock } from '@ekiden/kernel';
import type {
  Counter,
  Histogram,
  Meter,
  MetricValues,
  Metrics,
  MetricsReport,
  MetricsSnapshot,
  Named,
  Timer,
} from '../../ports/index.js';
import {
  CounterInstrument,
  GaugeInstrument,
  HistogramInstrument,
  MeterInstrument,
  TimerInstrument,
  type Instrument,
  type InstrumentKind,
} from './instruments.js';
import type { PrometheusText } from './prometheus-text.js';

/** What is shown of an instrument. */
export type AnyInstrument =
  GaugeInstrument | CounterInstrument | MeterInstrument | HistogramInstrument | TimerInstrument;

/** Instruments by name, and what they say when somebody asks. */
export class MetricsRegistry implements Metrics, MetricsReport {
  private readonly clock: Clock;
  private readonly instruments = new Map<string, Named & { readonly instrument: AnyInstrument }>();
  private prometheus: Promise<PrometheusText> | undefined;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  counter(named: Named): Counter {
    return this.add(named, new CounterInstrument());
  }

  meter(named: Named): Meter {
    return this.add(named, new MeterInstrument(this.clock));
  }

  histogram(named: Named): Histogram {
    return this.add(named, new HistogramInstrument(this.clock));
  }

  timer(named: Named): Timer {
    return this.add(named, new TimerInstrument(this.clock));
  }

  gauge(named: Named, read: () => number | undefined): void {
    this.add(named, new GaugeInstrument(read));
  }

  snapshot(): MetricsSnapshot {
    return {
      gauges: this.valuesOf('gauge'),
      counters: this.valuesOf('counter'),
      histograms: this.valuesOf('histogram'),
      meters: this.valuesOf('meter'),
      timers: this.valuesOf('timer'),
    };
  }

  /** The client library is loaded for the first that asks: a start has no use for it. */
  async text(): Promise<string> {
    this.prometheus ??= import('./prometheus-text.js').then(
      ({ PrometheusText: Text }) => new Text(),
    );
    return (await this.prometheus).render(this.instruments.values());
  }

  private valuesOf(kind: InstrumentKind): Record<string, MetricValues> {
    const found: Record<string, MetricValues> = {};
    for (const { name, instrument } of this.instruments.values()) {
      const values = instrument.kind === kind ? instrument.values() : undefined;
      if (values !== undefined) found[name] = values;
    }
    return found;
  }

  private add<T extends AnyInstrument & Instrument>(named: Named, instrument: T): T {
    assert(!this.instruments.has(named.name), `${named.name} is measured already`);
    this.instruments.set(named.name, { ...named, instrument });
    return instrument;
  }
}
