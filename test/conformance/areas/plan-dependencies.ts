import {
  anything,
  containing,
  differs,
  exactly,
  inAnyOrder,
  like,
  type Case,
} from '../language/index.js';
import {
  add,
  ask,
  deployed,
  deploying,
  idle,
  invalid,
  running,
  shows,
  sleeper,
  stuck,
  tell,
} from './steps.js';
import { on, step } from './plan-steps.js';

/** `web` waits for a `db` that no host can run. */
const HELD_UP: Case['steps'] = [
  tell(
    'PUT /v2/groups/~',
    { apps: [stuck('db'), sleeper('web', 1, { dependencies: ['db'] })] },
    deployed,
  ),
  deploying('/~/web', { currentStep: 2 }),
];

/** Dependencies, and what waits for them. */
export const planDependencies: readonly Case[] = [
  {
    name: 'A cycle of dependencies is refused, and nothing changes.',
    source: 'DEP-04',
    steps: [
      tell(
        'PUT /v2/groups/~',
        { apps: [on('a', 'b'), on('b', 'c'), on('c', 'a')] },
        invalid('/', 'Dependency graph has cyclic dependencies.'),
      ),
      ask('GET /v2/groups/~', 404),
    ],
  },
  {
    name: 'An app that depends on itself is a cycle.',
    source: 'DEP-04',
    steps: [tell('PUT /v2/groups/~', { apps: [on('a', 'a')] }, { status: 422 })],
  },
  {
    name: 'Groups that depend on each other are a cycle.',
    source: 'DEP-04',
    steps: [
      tell(
        'PUT /v2/groups/~',
        {
          groups: [
            { id: 'x', dependencies: ['../y'], apps: [idle('a')] },
            { id: 'y', dependencies: ['../x'], apps: [idle('b')] },
          ],
        },
        invalid('/', 'Dependency graph has cyclic dependencies.'),
      ),
    ],
  },
  {
    name: 'A dependency on what is not there is refused with the nearest id.',
    source: 'DEP-14',
    needs: ['settings'],
    steps: [
      add(idle('/~/database')),
      tell('POST /v2/apps', idle('/~/web', { dependencies: ['/~/databse'] }), {
        status: differs({ marathon: 201, ekiden: 422 }),
        body: differs({
          marathon: { id: '/~/web' },
          ekiden: {
            details: containing({
              path: like(/dependencies\(0\)/),
              errors: containing(like(/\/~\/database\b/)),
            }),
          },
        }),
      }),
    ],
  },
  {
    name: 'A dependency may be added by the very write that adds what it names.',
    source: '7.2',
    steps: [
      tell('PUT /v2/groups/~', { apps: [idle('a', { dependencies: ['b'] }), idle('b')] }, deployed),
    ],
  },
  {
    name: 'A plan that waits shows its steps, and which one it is at.',
    source: 'DPL-19',
    steps: [
      {
        send: 'PUT /v2/groups/~',
        body: { apps: [stuck('db'), idle('web', { dependencies: ['db'] })] },
        keep: { id: 'body.deploymentId', version: 'body.version' },
      },
      deploying('/~/db', {
        id: '{{id}}',
        version: '{{version}}',
        steps: [step('Start db, Start web'), step('Scale db'), step('Scale web')],
        affectedApps: inAnyOrder('/~/db', '/~/web'),
        affectedPods: [],
        currentActions: [
          exactly({ action: 'ScaleApplication', app: '/~/db', readinessCheckResults: [] }),
        ],
        currentStep: 2,
        totalSteps: 3,
      }),
    ],
  },
  {
    name: 'What is stuck holds up what depends on it.',
    source: 'DEP-16',
    needs: ['tasks'],
    steps: [
      ...HELD_UP,
      shows('/~/web', { tasks: [], instances: 1 }),
      tell('PUT /v2/apps/~/db?force=true', { cmd: 'exec sleep 1000', constraints: [] }, deployed),
      running('/~/web', 1),
    ],
  },
  {
    name: 'What depends on a suspended app runs at once, or waits and says for what.',
    source: 'DEP-16',
    needs: ['tasks'],
    steps: [
      ...HELD_UP,
      {
        ...tell('PUT /v2/apps/~/db?force=true', { instances: 0 }, deployed),
        keep: { id: 'body.deploymentId' },
      },
      {
        send: 'GET /v2/apps/~/web',
        until: true,
        expect: {
          status: 200,
          // ADR 0052: a frontend without its database helps nobody
          body: { app: { tasksRunning: differs({ marathon: 1, ekiden: 0 }) } },
        },
      },
      {
        send: 'GET /v2/deployments/{{id}}',
        expect: {
          status: differs({ marathon: 405, ekiden: 200 }),
          body: differs({
            marathon: anything,
            ekiden: { waitingOn: containing({ kind: 'dependency', id: '/~/web' }) },
          }),
        },
      },
    ],
  },
];
