import { like, type Area, type Case } from '../language/index.js';
import { add, deployed, idle, running, shows, sleeper } from './steps.js';

const versionInfo: readonly Case[] = [
  {
    name: 'Scaling moves lastScalingAt only.',
    source: 'APP-24',
    steps: [
      add(idle('/~/a')),
      {
        send: 'GET /v2/apps/~/a',
        keep: {
          config: 'body.app.versionInfo.lastConfigChangeAt',
          scaling: 'body.app.versionInfo.lastScalingAt',
        },
      },
      {
        send: 'PUT /v2/apps/~/a?force=true',
        body: { instances: 1, constraints: [['hostname', 'CLUSTER', 'nowhere']] },
      },
      {
        send: 'GET /v2/apps/~/a',
        keep: { config: 'body.app.versionInfo.lastConfigChangeAt' },
      },
      {
        send: 'PUT /v2/apps/~/a?force=true',
        body: { instances: 0 },
        keep: { version: 'body.version' },
      },
      shows('/~/a', {
        versionInfo: { lastConfigChangeAt: '{{config}}', lastScalingAt: '{{version}}' },
      }),
    ],
  },
  {
    name: 'A change of the definition moves both times.',
    source: 'APP-24',
    steps: [
      add(idle('/~/a')),
      { send: 'PUT /v2/apps/~/a', body: { cmd: 'sleep 5' }, keep: { version: 'body.version' } },
      shows('/~/a', {
        version: '{{version}}',
        versionInfo: { lastConfigChangeAt: '{{version}}', lastScalingAt: '{{version}}' },
      }),
    ],
  },
  {
    name: 'A restart moves the version and lastConfigChangeAt only.',
    source: 'APP-24',
    steps: [
      { send: 'POST /v2/apps', body: idle('/~/a'), keep: { first: 'body.version' } },
      { send: 'POST /v2/apps/~/a/restart', expect: deployed, keep: { version: 'body.version' } },
      shows('/~/a', {
        version: '{{version}}',
        versionInfo: { lastConfigChangeAt: '{{version}}', lastScalingAt: '{{first}}' },
      }),
    ],
  },
  {
    name: 'A restart of an app without instances is over at once.',
    source: 'UPG-27',
    steps: [
      add(idle('/~/a')),
      { send: 'POST /v2/apps/~/a/restart', expect: deployed },
      running('/~/a', 0),
    ],
  },
  {
    name: 'A restart replaces every task and keeps the definition.',
    source: 'UPG-26',
    needs: ['tasks'],
    steps: [
      add(sleeper('/~/a', 1)),
      running('/~/a', 1),
      { send: 'GET /v2/apps/~/a/tasks', keep: { task: 'body.tasks.0.id' } },
      { send: 'POST /v2/apps/~/a/restart', expect: deployed },
      {
        send: 'GET /v2/apps/~/a',
        until: true,
        expect: {
          body: {
            app: {
              cmd: 'exec sleep 1000',
              deployments: [],
              tasks: [{ id: like(/^(?!{{task}}$)/), state: 'TASK_RUNNING' }],
            },
          },
        },
      },
    ],
  },
];

export const restart: Area = {
  name: 'restart',
  about: 'restarts, and what the times of a version tell',
  cases: versionInfo,
};
