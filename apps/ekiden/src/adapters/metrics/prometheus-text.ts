import { Counter, Gauge, Registry, Summary, collectDefaultMetrics } from 'prom-client';
import type { Named } from '../../ports/index.js';
import type { SummaryValues } from './instruments.js';
import type { AnyInstrument } from './metrics-registry.js';

type Measured = Named & { readonly instrument: AnyInstrument };

/** A summary of what was observed elsewhere. */
class ReadSummary extends Summary {
  private readonly read: () => SummaryValues;

  constructor(named: Named, read: () => SummaryValues) {
    super({ ...named, registers: [] });
    this.read = read;
  }

  override async get(): ReturnType<Summary['get']> {
    const shape = await super.get();
    const { count, sum, spread } = this.read();
    const { name } = shape;
    const quantiles = [...spread.quantiles].map(([quantile, value]) => {
      return { metricName: name, labels: { quantile }, value };
    });
    return {
      ...shape,
      values: [
        ...quantiles,
        { metricName: `${name}_sum`, labels: {}, value: sum },
        { metricName: `${name}_count`, labels: {}, value: count },
      ],
    };
  }
}

/** The instruments in Prometheus's text form, with what its client library knows of the process. */
export class PrometheusText {
  private readonly process = new Registry();

  constructor() {
    collectDefaultMetrics({ register: this.process });
  }

  async render(measured: Iterable<Measured>): Promise<string> {
    const registry = new Registry();
    for (const one of measured) show(registry, one);
    return `${await registry.metrics()}\n${await this.process.metrics()}`;
  }
}

function show(registry: Registry, { name: written, help, instrument }: Measured): void {
  const name = written.replace(/[^a-zA-Z0-9_:]/g, '_');
  switch (instrument.kind) {
    case 'gauge': {
      const value = instrument.value();
      if (value === undefined) return;
      new Gauge({ name, help, registers: [registry] }).set(value);
      return;
    }
    case 'counter':
      new Counter({ name, help, registers: [registry] }).inc(instrument.count);
      return;
    case 'meter':
      new Counter({ name: `${name}_count`, help, registers: [registry] }).inc(instrument.count);
      return;
    case 'histogram':
    case 'timer':
      registry.registerMetric(new ReadSummary({ name, help }, () => instrument.summary()));
      return;
  }
}
