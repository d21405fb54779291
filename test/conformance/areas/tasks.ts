import {
  absent,
  between,
  containing,
  each,
  exactly,
  keysInOrder,
  like,
  timestamp,
  without,
  type Area,
  type Case,
} from '../language/index.js';
import { add, ask, idle, running, sleeper } from './steps.js';
import { TASK_ID, withTask } from './task-steps.js';

const TASK_KEYS = [
  'appId',
  'healthCheckResults',
  'checkResult',
  'host',
  'id',
  'ipAddresses',
  'ports',
  'servicePorts',
  'slaveId',
  'state',
  'stagedAt',
  'startedAt',
  'version',
  'localVolumes',
  'region',
  'zone',
  'role',
];
const shown: readonly Case[] = [
  withTask(
    '5.8',
    'A task is shown with what it is and where it runs.',
    ask('GET /v2/apps/~/a/tasks', 200, {
      tasks: [
        {
          appId: '/~/a',
          healthCheckResults: [],
          checkResult: absent,
          host: like(/./),
          id: like(TASK_ID),
          ipAddresses: each({ ipAddress: like(/./), protocol: like(/^IPv[46]$/) }),
          ports: [],
          servicePorts: [],
          slaveId: like(/./),
          state: 'TASK_RUNNING',
          stagedAt: timestamp,
          startedAt: timestamp,
          version: timestamp,
          localVolumes: [],
          role: like(/./),
        },
      ],
    }),
  ),
  withTask(
    '5.8',
    'Keys of a task come in the order of the table.',
    ask('GET /v2/apps/~/a/tasks', 200, { tasks: [keysInOrder(...TASK_KEYS)] }),
  ),
  withTask(
    '4.5',
    'A running task is in the list of all tasks.',
    ask('GET /v2/tasks', 200, { tasks: containing({ id: '{{task}}', appId: '/~/a' }) }),
  ),
  ...(
    [
      ['status=running', 'the running ones', true],
      ['status=staging', 'the staging ones', false],
      ['status%5B%5D=running', 'the running ones, with brackets', true],
      ['status=RUNNING', 'the running ones, in any case', true],
      ['status=running&status=staging', 'several kinds', true],
      ['status=weird', 'everything when the word is not known', true],
    ] as const
  ).map(([query, what, there]) =>
    withTask(
      '4.5',
      `?${query} lists ${what}.`,
      ask(`GET /v2/tasks?${query}`, 200, {
        tasks: there ? containing({ id: '{{task}}' }) : without({ id: '{{task}}' }),
      }),
    ),
  ),
  {
    name: 'The list of all tasks fills in service ports, the one of an app does not.',
    source: '4.5',
    needs: ['tasks'],
    steps: [
      add(sleeper('/~/a', 1, { portDefinitions: [{ port: 20_011 }] })),
      running('/~/a', 1),
      ask('GET /v2/tasks', 200, {
        tasks: containing({ appId: '/~/a', servicePorts: [20_011], ports: [between(1, 65_535)] }),
      }),
      ask('GET /v2/apps/~/a/tasks', 200, { tasks: [{ servicePorts: [] }] }),
    ],
  },
  {
    name: 'Each port of an app is a different host port of its task.',
    source: 'PRT-02',
    needs: ['tasks'],
    steps: [
      add(sleeper('/~/a', 1, { portDefinitions: [{ port: 0 }, { port: 0 }] })),
      running('/~/a', 1),
      ask('GET /v2/apps/~/a/tasks', 200, {
        tasks: [{ ports: [between(1, 65_535), between(1, 65_535)] }],
      }),
    ],
  },
  withTask(
    '4.1',
    'A star lists the tasks of a group.',
    ask('GET /v2/apps/~/*/tasks', 200, { tasks: [{ id: '{{task}}' }] }),
  ),
  {
    name: 'A star lists the tasks of an unknown group as 404.',
    source: '4.1',
    steps: [ask('GET /v2/apps/~/no/*/tasks', 404, { message: "Group '/~/no' does not exist" })],
  },
  {
    name: 'An app without tasks has an empty list.',
    source: '4.1',
    steps: [add(idle('/~/a')), ask('GET /v2/apps/~/a/tasks', 200, exactly({ tasks: [] }))],
  },
];

const TEXT = { accept: 'text/plain' };

const asText: readonly Case[] = [
  {
    name: 'Tasks are lines for a client that prefers text.',
    source: '4.5.1',
    only: 'ekiden',
    needs: ['tasks'],
    steps: [
      add(sleeper('/~/a', 1, { portDefinitions: [{ port: 20_012 }] })),
      running('/~/a', 1),
      {
        send: 'GET /v2/tasks',
        headers: TEXT,
        expect: {
          status: 200,
          headers: { 'content-type': like(/^text\/plain/) },
          text: like(/(^|\n)~_a\t20012\t[^\t\n]+:\d+\t\n/),
        },
      },
      {
        send: 'GET /v2/apps/~/a/tasks',
        headers: TEXT,
        expect: { status: 200, text: like(/^~_a\t20012\t[^\t\n]+:\d+\t\n$/) },
      },
    ],
  },
  {
    name: 'A line of an app without service ports has a blank and the hosts.',
    source: '4.5.1',
    only: 'ekiden',
    needs: ['tasks'],
    steps: [
      add(sleeper('/~/a', 1)),
      running('/~/a', 1),
      {
        send: 'GET /v2/apps/~/a/tasks',
        headers: TEXT,
        expect: { status: 200, text: like(/^~_a\t \t[^\t\n]+\t\n$/) },
      },
    ],
  },
  {
    name: 'An app without tasks has a line without endpoints.',
    source: '4.5.1',
    only: 'ekiden',
    steps: [
      add(idle('/~/a', { portDefinitions: [{ port: 20_013 }] })),
      {
        send: 'GET /v2/apps/~/a/tasks',
        headers: TEXT,
        expect: { status: 200, text: '~_a\t20013\t\n' },
      },
    ],
  },
  {
    name: 'Whoever takes anything gets JSON.',
    source: '4.5.1',
    steps: [
      add(idle('/~/a')),
      {
        send: 'GET /v2/apps/~/a/tasks',
        headers: { accept: 'text/plain, */*' },
        expect: { status: 200 },
      },
      {
        send: 'GET /v2/apps/~/a/tasks',
        headers: { accept: '*/*' },
        expect: { status: 200, body: { tasks: [] } },
      },
    ],
  },
];

export const tasks: Area = {
  name: 'tasks',
  about: 'lists of tasks',
  cases: [...shown, ...asText],
};
