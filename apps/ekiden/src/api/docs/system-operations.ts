import type { Operation } from './operation.js';

const SUMMARY = { count: 12, min: 0.001, mean: 0.004, max: 0.01, p50: 0.003, p99: 0.01 };

const METRIC_OPERATIONS: readonly Operation[] = [
  {
    method: 'get',
    path: '/metrics',
    tag: 'System',
    summary: 'What was measured',
    description:
      "Marathon's JSON. A Prometheus, which says so in its `Accept` header, gets its own text form.",
    success: {
      status: 200,
      description: 'The measurements of this process.',
      shape: { schema: 'Metrics' },
      example: {
        version: '4.0.0',
        gauges: { 'marathon.apps.active.gauge': { value: 3 } },
        counters: { 'marathon.deployments.counter': { count: 12 } },
        histograms: {},
        meters: { 'marathon.http.responses.2xx.rate': { count: 60, m1_rate: 1 } },
        timers: { 'marathon.turns.duration.timer.seconds': SUMMARY },
      },
    },
    errors: {},
  },
  {
    method: 'get',
    path: '/metrics/prometheus',
    tag: 'System',
    summary: 'What was measured, as text',
    description: "Prometheus's text form, whatever the `Accept` header says.",
    success: {
      status: 200,
      description: 'The measurements of this process.',
      shape: { type: 'string' },
      mediaType: 'text/plain; version=0.0.4',
      example: '# TYPE marathon_apps_active_gauge gauge\nmarathon_apps_active_gauge 3\n',
    },
    errors: {},
  },
];

export const SYSTEM_OPERATIONS: readonly Operation[] = [...METRIC_OPERATIONS];
