import {
  anything,
  between,
  differs,
  lengthOf,
  like,
  timestamp,
  type Area,
  type Case,
  type Exchange,
} from '../language/index.js';
import {
  add,
  addGroup,
  ask,
  deployed,
  deploying,
  running,
  settled,
  shows,
  sleeper,
  tell,
} from './steps.js';

const ALIVE = {
  protocol: 'COMMAND',
  command: { value: 'true' },
  intervalSeconds: 1,
  gracePeriodSeconds: 5,
};
const DEAD = {
  protocol: 'COMMAND',
  command: { value: 'false' },
  intervalSeconds: 1,
  gracePeriodSeconds: 0,
};

/** Keeps the id of the only task. */
const keepTask: Exchange = { send: 'GET /v2/apps/~/a/tasks', keep: { task: 'body.tasks.0.id' } };

/** Of two tasks, which one is left after scaling down. */
function survives(selection: string, original: boolean): Case {
  const left = original ? '{{task}}' : like(/^(?!{{task}}$)/);
  return {
    name: `Of two tasks ${selection} leaves the ${original ? 'older' : 'younger'} one.`,
    source: original ? 'SCL-02' : 'SCL-03',
    needs: ['tasks'],
    steps: [
      add(sleeper('/~/a', 1, { killSelection: selection })),
      running('/~/a', 1),
      keepTask,
      tell('PUT /v2/apps/~/a', { instances: 2 }, deployed),
      running('/~/a', 2),
      tell('PUT /v2/apps/~/a', { instances: 1 }, deployed),
      {
        send: 'GET /v2/apps/~/a',
        until: true,
        expect: {
          body: { app: { deployments: [], tasks: [{ id: left, state: 'TASK_RUNNING' }] } },
        },
      },
    ],
  };
}

const scaling: readonly Case[] = [
  survives('YOUNGEST_FIRST', true),
  survives('OLDEST_FIRST', false),
  {
    name: 'Another definition in a group replaces its task.',
    source: 'GRP-08',
    needs: ['tasks'],
    steps: [
      addGroup({ id: '/~', apps: [sleeper('a', 1)] }),
      running('/~/a', 1),
      keepTask,
      {
        send: 'PUT /v2/groups/~',
        body: { apps: [sleeper('a', 1, { cmd: 'exec sleep 2000' })] },
        keep: { version: 'body.version' },
      },
      {
        send: 'GET /v2/apps/~/a',
        until: true,
        expect: {
          body: {
            app: {
              deployments: [],
              tasks: [
                { id: like(/^(?!{{task}}$)/), version: '{{version}}', state: 'TASK_RUNNING' },
              ],
            },
          },
        },
      },
    ],
  },
  {
    name: 'The same group once more leaves its task alone.',
    source: 'GRP-07',
    needs: ['tasks'],
    steps: [
      addGroup({ id: '/~', apps: [sleeper('a', 1)] }),
      running('/~/a', 1),
      keepTask,
      tell('PUT /v2/groups/~', { apps: [sleeper('a', 1)] }, deployed),
      settled('/~/a'),
      shows('/~/a', { tasks: [{ id: '{{task}}', state: 'TASK_RUNNING' }] }),
    ],
  },
  {
    name: 'An upgrade that cannot be placed leaves the old task alone, and its undo too.',
    source: 'DPL-08',
    needs: ['tasks'],
    steps: [
      add(sleeper('/~/a', 1)),
      running('/~/a', 1),
      keepTask,
      { send: 'PUT /v2/apps/~/a', body: { cpus: 100_000 }, keep: { change: 'body.deploymentId' } },
      deploying('/~/a', {
        id: '{{change}}',
        currentActions: [{ action: 'RestartApplication', app: '/~/a' }],
      }),
      { send: 'DELETE /v2/deployments/{{change}}', expect: deployed },
      {
        send: 'GET /v2/apps/~/a',
        until: true,
        expect: {
          body: {
            app: {
              cpus: 0.001,
              deployments: [],
              tasks: [
                { id: differs({ marathon: anything, ekiden: '{{task}}' }), state: 'TASK_RUNNING' },
              ],
            },
          },
        },
      },
    ],
  },
  {
    name: 'A user that does not exist fails the task, says so, and the deployment stays.',
    source: 'APP-28',
    needs: ['tasks'],
    steps: [
      add(sleeper('/~/a', 1, { user: 'no-such-user', backoffSeconds: 3_600 })),
      {
        send: 'GET /v2/apps/~/a',
        until: true,
        expect: {
          body: {
            app: {
              lastTaskFailure: { message: like(/./), state: like(/^TASK_(FAILED|ERROR)$/) },
              deployments: lengthOf(1),
            },
          },
        },
      },
    ],
  },
];

const health: readonly Case[] = [
  {
    name: 'Without checks a running task is neither healthy nor unhealthy.',
    source: 'HLT-14',
    needs: ['tasks'],
    steps: [
      add(sleeper('/~/a', 1)),
      running('/~/a', 1),
      shows('/~/a', { tasksRunning: 1, tasksHealthy: 0, tasksUnhealthy: 0, tasksStaged: 0 }),
    ],
  },
  {
    name: 'A deployment ends when its tasks are healthy.',
    source: 'HLT-02',
    needs: ['tasks'],
    steps: [
      add(sleeper('/~/a', 1, { healthChecks: [ALIVE] })),
      running('/~/a', 1),
      shows('/~/a', {
        tasksHealthy: 1,
        tasksUnhealthy: 0,
        tasks: [
          {
            healthCheckResults: [
              {
                alive: true,
                consecutiveFailures: 0,
                firstSuccess: timestamp,
                lastSuccess: timestamp,
                instanceId: like(/^~_a\.instance-/),
              },
            ],
          },
        ],
      }),
    ],
  },
  {
    name: 'A deployment does not end while its tasks are unhealthy.',
    source: 'HLT-03',
    needs: ['tasks'],
    steps: [
      add(sleeper('/~/a', 1, { healthChecks: [{ ...DEAD, maxConsecutiveFailures: 1_000 }] })),
      {
        send: 'GET /v2/apps/~/a',
        until: true,
        expect: {
          body: {
            app: {
              tasksHealthy: 0,
              tasksUnhealthy: 1,
              deployments: lengthOf(1),
              tasks: [
                {
                  healthCheckResults: [
                    {
                      alive: false,
                      consecutiveFailures: between(1, 1_000),
                      lastFailure: timestamp,
                    },
                  ],
                },
              ],
            },
          },
        },
      },
    ],
  },
  {
    name: 'A task that fails its checks too often is killed, told and remembered.',
    source: 'HLT-04',
    needs: ['tasks'],
    steps: [
      { listen: '/v2/events' },
      add(
        sleeper('/~/a', 1, {
          healthChecks: [{ ...DEAD, maxConsecutiveFailures: 1 }],
          backoffSeconds: 3_600,
        }),
      ),
      {
        hear: [
          {
            event: 'failed_health_check_event',
            data: {
              appId: '/~/a',
              healthCheck: { protocol: 'COMMAND' },
              taskId: like(/^~_a\.instance-/),
            },
          },
          {
            event: 'unhealthy_instance_kill_event',
            data: {
              appId: '/~/a',
              taskId: like(/\._app\.1$/),
              instanceId: like(/^~_a\.instance-/),
              version: timestamp,
              reason: like(/./),
              host: like(/./),
            },
          },
        ],
        inOrder: true,
      },
      {
        send: 'GET /v2/apps/~/a',
        until: true,
        expect: {
          body: {
            app: {
              lastTaskFailure: {
                state: 'TASK_KILLED',
                message: like(/^Task was killed since health check failed/),
              },
            },
          },
        },
      },
    ],
  },
  {
    name: 'A deployment waits for readiness, and shows what the checks saw.',
    source: 'RDY-01',
    needs: ['tasks'],
    steps: [
      add(
        sleeper('/~/a', 1, {
          portDefinitions: [{ port: 0, name: 'http-api' }],
          readinessChecks: [{ intervalSeconds: 2, timeoutSeconds: 1 }],
        }),
      ),
      deploying('/~/a', {
        currentActions: [
          {
            action: 'ScaleApplication',
            app: '/~/a',
            readinessCheckResults: [
              { name: 'readinessCheck', taskId: like(/^~_a\.instance-/), ready: false },
            ],
          },
        ],
      }),
      ask('GET /v2/apps/~/a?embed=app.readiness', 200, {
        app: {
          tasksRunning: 1,
          deployments: lengthOf(1),
          readinessCheckResults: [{ ready: false }],
        },
      }),
    ],
  },
];

export const live: Area = {
  name: 'running',
  about: 'scaling, replacing, health and readiness of real tasks',
  cases: [...scaling, ...health],
};
