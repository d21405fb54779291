import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Clock } from '@ekiden/kernel';
import type { Metrics } from '../../ports/index.js';

/** Milliseconds between two looks at how late the event loop is. */
const LOOK_EVERY = 20;
const NANOSECONDS = 1e9;

/** What this process needs, whatever it is busy with. */
export function measureProcess(metrics: Metrics, clock: Clock): void {
  const startedAt = clock.monotonic();
  metrics.gauge(
    { name: 'marathon.uptime.gauge.seconds', help: 'Seconds since the start of the process.' },
    () => (clock.monotonic() - startedAt) / 1000,
  );
  const memory = (name: 'rss' | 'heapUsed' | 'heapTotal' | 'external', help: string): void => {
    const unit = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    metrics.gauge(
      { name: `marathon.process.memory.${unit}.gauge.bytes`, help },
      () => process.memoryUsage()[name],
    );
  };
  memory('rss', 'Memory of the process.');
  memory('heapUsed', 'Memory that objects take up.');
  memory('heapTotal', 'Memory set aside for objects.');
  memory('external', 'Memory of buffers and the like.');
  const delay = monitorEventLoopDelay({ resolution: LOOK_EVERY });
  delay.enable();
  const lag = (name: string, help: string, read: () => number): void => {
    metrics.gauge({ name: `marathon.event-loop.lag.${name}.gauge.seconds`, help }, () =>
      Math.max(0, read() / NANOSECONDS - LOOK_EVERY / 1000),
    );
  };
  lag('mean', 'How late the event loop is, on average since the start.', () => delay.mean);
  lag('p99', 'How late the event loop is in the worst hundredth.', () => delay.percentile(99));
  lag('max', 'The longest that the event loop was held since the start.', () => delay.max);
}
