import { expect } from 'chai';
import { ManualClock, millis } from '@ekiden/kernel';
import { MetricsRegistry } from './metrics-registry.js';

function registry(): { readonly clock: ManualClock; readonly metrics: MetricsRegistry } {
  const clock = new ManualClock();
  return { clock, metrics: new MetricsRegistry(clock) };
}

describe('metrics', () => {
  it('read gauges when somebody asks, and show no number as 0', () => {
    const { metrics } = registry();
    let apps: number | undefined = 3;
    metrics.gauge({ name: 'a.gauge', help: 'Apps.' }, () => apps);
    expect(metrics.snapshot().gauges).to.deep.equal({ 'a.gauge': { value: 3 } });
    apps = Number.NaN;
    expect(metrics.snapshot().gauges).to.deep.equal({ 'a.gauge': { value: 0 } });
    apps = undefined;
    expect(metrics.snapshot().gauges).to.deep.equal({});
  });

  it('count', () => {
    const { metrics } = registry();
    const counter = metrics.counter({ name: 'c.counter', help: 'Things.' });
    counter.add();
    counter.add(4);
    expect(metrics.snapshot().counters).to.deep.equal({ 'c.counter': { count: 5 } });
  });

  it('have every field of a timer, zeros before anything was timed', () => {
    const { metrics } = registry();
    metrics.timer({ name: 't.timer.seconds', help: 'Time.' });
    const shown = metrics.snapshot().timers['t.timer.seconds'];
    expect(Object.keys(shown ?? {})).to.have.members([
      ...['count', 'min', 'mean', 'max', 'p50', 'p75', 'p95', 'p98', 'p99', 'p999', 'stddev'],
      ...['m1_rate', 'm5_rate', 'm15_rate', 'mean_rate', 'duration_units', 'rate_units'],
    ]);
    const { duration_units, rate_units, ...numbers } = shown ?? {};
    expect([duration_units, rate_units]).to.deep.equal(['seconds', 'calls/second']);
    expect(new Set(Object.values(numbers))).to.deep.equal(new Set([0]));
  });

  it('know quantiles to a few per cent', () => {
    const { metrics } = registry();
    const histogram = metrics.histogram({ name: 'h.histogram', help: 'Sizes.' });
    for (let value = 1; value <= 1_000; value += 1) histogram.observe(value);
    const shown = metrics.snapshot().histograms['h.histogram'] as Record<string, number>;
    expect(shown).to.include({ count: 1_000, min: 1, max: 1_000, mean: 500.5 });
    expect(shown['p50']).to.be.closeTo(500, 25);
    expect(shown['p99']).to.be.closeTo(990, 45);
    expect(shown['stddev']).to.be.closeTo(288.7, 0.1);
  });

  it('forget the spread of long ago, and no count', () => {
    const { clock, metrics } = registry();
    const timer = metrics.timer({ name: 't', help: 'Time.' });
    timer.observe(8_000);
    clock.advance(millis(61_000));
    timer.observe(2_000);
    expect(metrics.snapshot().timers['t']).to.include({ count: 2, max: 8 });
    clock.advance(millis(61_000));
    expect(metrics.snapshot().timers['t']).to.include({ count: 2, max: 2 });
    clock.advance(millis(600_000));
    expect(metrics.snapshot().timers['t']).to.include({ count: 2, max: 0, p50: 0 });
  });

  it('tell how often something happens of late', () => {
    const { clock, metrics } = registry();
    const meter = metrics.meter({ name: 'm', help: 'Requests.' });
    for (let i = 0; i < 60; i += 1) {
      meter.mark();
      meter.mark();
      clock.advance(millis(1_000));
    }
    const busy = metrics.snapshot().meters['m'] as Record<string, number>;
    expect(busy).to.include({ count: 120, mean_rate: 2 });
    expect(busy['m1_rate']).to.be.closeTo(2, 0.01);
    clock.advance(millis(300_000));
    const idle = metrics.snapshot().meters['m'] as Record<string, number>;
    expect(idle['m1_rate']).to.be.lessThan(0.02);
    expect(idle['m15_rate']).to.be.greaterThan(1);
  });

  it("are also there in Prometheus's text form", async () => {
    const { metrics } = registry();
    metrics.gauge({ name: 'marathon.apps.active.gauge', help: 'Apps.' }, () => 3);
    metrics.counter({ name: 'marathon.x.counter', help: 'X.' }).add(2);
    metrics.meter({ name: 'marathon.y.rate', help: 'Y.' }).mark();
    metrics.timer({ name: 'marathon.z.timer.seconds', help: 'Z.' }).observe(500);
    const lines = (await metrics.text()).split('\n');
    expect(lines).to.include.members([
      '# TYPE marathon_apps_active_gauge gauge',
      'marathon_apps_active_gauge 3',
      '# TYPE marathon_x_counter counter',
      'marathon_x_counter 2',
      'marathon_y_rate_count 1',
      '# TYPE marathon_z_timer_seconds summary',
      'marathon_z_timer_seconds{quantile="0.999"} 0.5',
      'marathon_z_timer_seconds_sum 0.5',
      'marathon_z_timer_seconds_count 1',
    ]);
    expect(lines.some((line) => line.startsWith('process_cpu_seconds_total '))).to.equal(true);
    expect((await metrics.text()).match(/# TYPE marathon_x_counter /g)).to.have.length(1);
  });
});
