/** Goes up. */
export interface Counter {
  add(by?: number): void;
}

/** Counts, and knows how often per second of late. */
export interface Meter {
  mark(): void;
}

/** How values are spread. */
export interface Histogram {
  observe(value: number): void;
}

/** How long things take, and how often they happen. */
export interface Timer {
  /** Milliseconds, parts of one too. */
  observe(spentMs: number): void;
  /** Begins to take the time; the answer ends it. */
  start(): () => void;
}

/** What an instrument is called, in Marathon's form: `marathon.apps.active.gauge`. */
export interface Named {
  readonly name: string;
  /** One sentence for people. */
  readonly help: string;
}

/**
 * Where measurements go. Instruments are made once and are cheap to use: a few additions, nothing
 * that waits. What is state is not counted along: a gauge reads it when somebody asks.
 */
export interface Metrics {
  counter(named: Named): Counter;
  meter(named: Named): Meter;
  histogram(named: Named): Histogram;
  timer(named: Named): Timer;
  /** `undefined`: there is no such thing now, and it is left out. */
  gauge(named: Named, read: () => number | undefined): void;
}

/** Values as Marathon shows them (marathon-api 11.3); what is not known is 0. */
export type MetricValues = Readonly<Record<string, number | string>>;

export interface MetricsSnapshot {
  readonly gauges: Readonly<Record<string, MetricValues>>;
  readonly counters: Readonly<Record<string, MetricValues>>;
  readonly histograms: Readonly<Record<string, MetricValues>>;
  readonly meters: Readonly<Record<string, MetricValues>>;
  readonly timers: Readonly<Record<string, MetricValues>>;
}

/** What was measured so far. */
export interface MetricsReport {
  snapshot(): MetricsSnapshot;
  /** Prometheus's text form, version 0.0.4. */
  text(): Promise<string>;
}
