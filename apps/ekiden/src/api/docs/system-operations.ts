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

const LOG_OPERATIONS: readonly Operation[] = [
  {
    method: 'get',
    path: '/logging',
    tag: 'System',
    summary: 'How much is logged',
    description: 'The level of each part of the service; `(inherited)` follows `ROOT`.',
    success: {
      status: 200,
      description: 'Level by name.',
      shape: { schema: 'LogLevels' },
      example: { ROOT: 'INFO', 'ekiden.http': 'DEBUG', 'ekiden.hosts': 'INFO (inherited)' },
    },
    errors: {},
  },
  {
    method: 'post',
    path: '/logging',
    tag: 'System',
    summary: 'Log more, or less',
    description: 'Of one part of the service, for good or for a while. A restart forgets it.',
    body: {
      schema: 'LogLevel',
      examples: {
        while: {
          summary: 'Every request, for half a minute',
          value: { logger: 'ekiden.http', level: 'debug', durationSeconds: 30 },
        },
        good: { summary: 'Only what is wrong', value: { logger: 'ROOT', level: 'warn' } },
      },
    },
    success: {
      status: 200,
      description: 'What was asked for.',
      shape: { schema: 'LogLevel' },
      example: { level: 'debug', logger: 'ekiden.http', durationSeconds: 30 },
    },
    errors: { 422: 'No such level, or no logger of that name.' },
  },
];

const SETTING_OPERATIONS: readonly Operation[] = [
  {
    method: 'get',
    path: '/config',
    tag: 'System',
    summary: 'Which settings are in force',
    description: 'By the names of their environment variables. Credentials are masked.',
    success: {
      status: 200,
      description: 'The settings.',
      shape: { schema: 'Config' },
      example: {
        EKIDEN_HTTP_PORT: 8080,
        EKIDEN_VERSIONS_KEPT: 50,
        DATABASE_URL: 'postgres://xxxxxxxx:xxxxxxxx@db:5432/ekiden',
        EKIDEN_RECORD_FILE: null,
      },
    },
    errors: {},
  },
];

const PLUGIN_METHODS = ['get', 'put', 'post', 'delete'] as const;

const PLUGIN_OPERATIONS: readonly Operation[] = [
  {
    method: 'get',
    path: '/v2/plugins',
    tag: 'System',
    summary: 'List plugins',
    description: 'There are none: what plugins do for Marathon is built in.',
    success: {
      status: 200,
      description: 'Always empty.',
      shape: { keys: { plugins: { listOf: 'Plugin' } } },
      example: { plugins: [] },
    },
    errors: {},
  },
  ...PLUGIN_METHODS.map((method): Operation => ({
    method,
    path: '/v2/plugins/{pluginId}/{path}',
    tag: 'System',
    summary: 'Ask a plugin',
    description: 'For tools that try; there are no plugins.',
    success: { status: 200, description: 'What the plugin would answer.' },
    errors: { 404: 'No such plugin: always.' },
  })),
];

export const SYSTEM_OPERATIONS: readonly Operation[] = [
  ...METRIC_OPERATIONS,
  ...LOG_OPERATIONS,
  ...SETTING_OPERATIONS,
  ...PLUGIN_OPERATIONS,
];
