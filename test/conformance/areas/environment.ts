import { absent, type Area, type Case } from '../language/index.js';
import { add, settled, shows, sleeper, type Json } from './steps.js';

/** A task that goes on only if this holds in its environment, so that running means it does. */
function holds(name: string, test: string, more: Json = {}): Case {
  return {
    name,
    source: '10.1',
    needs: ['tasks'],
    steps: [
      add(
        sleeper('/~/a', 1, { cmd: `${test} && exec sleep 1000`, backoffSeconds: 3_600, ...more }),
      ),
      {
        send: 'GET /v2/apps/~/a',
        until: true,
        expect: { body: { app: { tasksRunning: 1, deployments: [], lastTaskFailure: absent } } },
      },
      // One that fails may have been seen while it ran.
      settled('/~/a'),
      shows('/~/a', { tasks: [{ state: 'TASK_RUNNING' }], lastTaskFailure: absent }),
    ],
  };
}

/** Shell for: the variable is like this pattern. */
const is = (name: string, pattern: string): string =>
  `case "$${name}" in ${pattern}) true;; *) false;; esac`;

const ONE_PORT = { portDefinitions: [{ port: 0, name: 'http' }] };

const cases: readonly Case[] = [
  holds('A task knows its app.', is('MARATHON_APP_ID', '/~/a')),
  holds(
    'A task knows the version of its app.',
    is('MARATHON_APP_VERSION', '20??-??-??T??:??:??.???Z'),
  ),
  holds('A task knows its own id.', is('MESOS_TASK_ID', '~_a.instance-*._app.1')),
  holds('A task knows its share of a processor.', is('MARATHON_APP_RESOURCE_CPUS', '0.001')),
  holds(
    'A task knows its memory and disk as numbers with a point.',
    `${is('MARATHON_APP_RESOURCE_MEM', '32.0')} && ${is('MARATHON_APP_RESOURCE_DISK', '0.0')}`,
  ),
  holds(
    'A task knows its graphics processors as a whole number.',
    is('MARATHON_APP_RESOURCE_GPUS', '0'),
  ),
  holds('A task knows its host.', is('HOST', '?*')),
  holds(
    'A task knows the labels of its app, their names in capitals without odd characters.',
    `${is('MARATHON_APP_LABEL_TIER_X', 'web')} && ${is('MARATHON_APP_LABELS', '*TIER_X*')}`,
    { labels: { 'tier.x': 'web' } },
  ),
  holds(
    'A task knows whether its group enforces a role.',
    is('MARATHON_APP_ENFORCE_GROUP_ROLE', 'FALSE'),
  ),
  holds(
    'The first port has three names.',
    `${is('PORT0', '?*')} && test "$PORT" = "$PORT0" && test "$PORTS" = "$PORT0"`,
    ONE_PORT,
  ),
  holds('A port has its name in capitals.', 'test "$PORT_HTTP" = "$PORT0"', ONE_PORT),
  holds(
    'Each port has a variable by its number, and all are in one list.',
    'test "$PORTS" = "$PORT0,$PORT1" && test "$PORT_20021" = "$PORT0"',
    { portDefinitions: [{ port: 20_021 }, { port: 0 }] },
  ),
  holds(
    'An app without ports has no variables of ports.',
    'test -z "${PORT+x}${PORT0+x}${PORTS+x}"',
  ),
  holds(
    'What the app says wins over everything.',
    `${is('HOST', 'mine')} && ${is('MARATHON_APP_ID', 'other')} && ${is('OWN', 'x-y')}`,
    { env: { HOST: 'mine', MARATHON_APP_ID: 'other', OWN: 'x-y' } },
  ),
];

export const environment: Area = {
  name: 'environment',
  about: 'what tasks find in their environment',
  cases,
};
