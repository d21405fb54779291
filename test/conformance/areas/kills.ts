import { exactly, like, type Area, type Case } from '../language/index.js';
import { add, ask, deployed, idle, misshapen, running, shows, sleeper, tell } from './steps.js';
import { TASK_ID, oneTask, replaced, withTask } from './task-steps.js';

const cases: readonly Case[] = [
  withTask(
    'SCL-04',
    'DELETE of a task answers the task; it is replaced by the next incarnation.',
    {
      send: 'DELETE /v2/apps/~/a/tasks/{{task}}',
      expect: { status: 200, body: { task: { id: '{{task}}', appId: '/~/a' } } },
    },
    replaced({ id: like(/\._app\.2$/) }),
    shows('/~/a', { instances: 1 }),
  ),
  withTask(
    'SCL-06',
    'DELETE of all tasks answers them; they are replaced.',
    {
      send: 'DELETE /v2/apps/~/a/tasks',
      expect: { status: 200, body: exactly({ tasks: [{ id: '{{task}}' }] }) },
    },
    replaced(),
    shows('/~/a', { instances: 1 }),
  ),
  withTask(
    'SCL-09',
    'DELETE with wipe makes a new instance.',
    {
      send: 'DELETE /v2/apps/~/a/tasks/{{task}}?wipe=true',
      expect: { status: 200, body: { task: { id: '{{task}}' } } },
    },
    replaced({ id: like(TASK_ID) }),
  ),
  withTask(
    'SCL-07',
    'DELETE of all tasks with scale takes the instances away.',
    { send: 'DELETE /v2/apps/~/a/tasks?scale=true', expect: deployed },
    running('/~/a', 0),
    shows('/~/a', { instances: 0, tasks: [] }),
  ),
  withTask(
    '4.1',
    'DELETE of a task with scale is a deployment.',
    { send: 'DELETE /v2/apps/~/a/tasks/{{task}}?scale=true', expect: deployed },
    running('/~/a', 0),
    shows('/~/a', { instances: 0 }),
  ),
  withTask(
    'SCL-08',
    'DELETE of the tasks of another host kills nothing.',
    {
      send: 'DELETE /v2/apps/~/a/tasks?host=no-such-host',
      expect: { status: 200, body: { tasks: [] } },
    },
    ask('GET /v2/apps/~/a/tasks', 200, { tasks: [{ id: '{{task}}', state: 'TASK_RUNNING' }] }),
  ),
  withTask(
    'SCL-08',
    'DELETE of the tasks of every host kills them all.',
    {
      send: 'DELETE /v2/apps/~/a/tasks?host=*',
      expect: { status: 200, body: { tasks: [{ id: '{{task}}' }] } },
    },
    replaced(),
  ),
  withTask(
    'SCL-11',
    'A list of tasks to kill answers those it found.',
    tell(
      'POST /v2/tasks/delete',
      { ids: ['{{task}}', '~_b.instance-4a5c2b10-7c1e-11eb-9439-0242ac130002._app.1'] },
      { status: 200, body: exactly({ tasks: [{ id: '{{task}}' }] }) },
    ),
    replaced(),
  ),
  {
    name: 'A list of tasks with scale is one deployment that lowers each app.',
    source: 'SCL-11',
    needs: ['tasks'],
    steps: [
      ...oneTask,
      add(sleeper('/~/b', 1)),
      running('/~/b', 1),
      { send: 'GET /v2/apps/~/b/tasks', keep: { other: 'body.tasks.0.id' } },
      tell('POST /v2/tasks/delete?scale=true', { ids: ['{{task}}', '{{other}}'] }, deployed),
      running('/~/a', 0),
      running('/~/b', 0),
      shows('/~/a', { instances: 0 }),
      shows('/~/b', { instances: 0 }),
    ],
  },
  withTask(
    '4.5',
    'A list of tasks with wipe kills them.',
    tell(
      'POST /v2/tasks/delete?wipe=true',
      { ids: ['{{task}}'] },
      { status: 200, body: { tasks: [{ id: '{{task}}' }] } },
    ),
    replaced(),
  ),
  {
    name: 'A list of unknown tasks kills none.',
    source: '4.5',
    steps: [
      tell(
        'POST /v2/tasks/delete',
        { ids: ['~_b.instance-4a5c2b10-7c1e-11eb-9439-0242ac130002._app.1'] },
        { status: 200, body: exactly({ tasks: [] }) },
      ),
    ],
  },
  {
    name: 'A list of unknown tasks with scale is an empty deployment.',
    source: '4.5',
    steps: [
      tell(
        'POST /v2/tasks/delete?scale=true',
        { ids: ['~_b.instance-4a5c2b10-7c1e-11eb-9439-0242ac130002._app.1'] },
        deployed,
      ),
    ],
  },
  ...[
    'POST /v2/tasks/delete?scale=true&wipe=true',
    'DELETE /v2/apps/~/a/tasks?scale=true&wipe=true',
    'DELETE /v2/apps/~/a/tasks/~_a.instance-4a5c2b10-7c1e-11eb-9439-0242ac130002._app.1?scale=true&wipe=true',
  ].map((send) => ({
    name: `Scale and wipe exclude each other: ${send.split('?')[0]?.replaceAll('~', 'x').slice(0, 40) ?? ''}.`,
    source: '2.4',
    steps: [
      add(idle('/~/a')),
      {
        send,
        ...(send.startsWith('POST') ? { body: { ids: [] } } : {}),
        expect: {
          status: 400,
          body: exactly({ message: 'You cannot use scale and wipe at the same time.' }),
        },
      },
    ],
  })),
  {
    name: 'A task id that is none is 400.',
    source: 'SCL-12',
    steps: [
      tell(
        'POST /v2/tasks/delete',
        { ids: ['garbage'] },
        { status: 400, body: { message: like(/^Invalid task id 'garbage'/) } },
      ),
    ],
  },
  {
    name: 'An old task id without a UUID is 422.',
    source: '3.4',
    steps: [
      tell(
        'POST /v2/tasks/delete',
        { ids: ['foo.bar'] },
        { status: 422, body: { message: 'Invalid UUID string: bar' } },
      ),
    ],
  },
  {
    name: 'A list of tasks has ids.',
    source: '4.5',
    steps: [tell('POST /v2/tasks/delete', {}, { status: 422, body: { message: 'Invalid JSON' } })],
  },
  {
    name: 'Ids of tasks are texts.',
    source: '2.2',
    steps: [
      tell('POST /v2/tasks/delete', { ids: [1] }, misshapen('/ids(0)', 'error.expected.jsstring')),
    ],
  },
  ...['~_a.instance-4a5c2b10-7c1e-11eb-9439-0242ac130002._app.1', 'garbage'].map((id) => ({
    name: `DELETE of the unknown task ${id.slice(0, 10).replace('~_', '')} is 404.`,
    source: 'SCL-13',
    steps: [
      add(idle('/~/a')),
      ask(`DELETE /v2/apps/~/a/tasks/${id}`, 404, { message: `Task '${id}' does not exist` }),
    ],
  })),
  {
    name: 'Scaling an app without instances by its tasks is 404.',
    source: '4.1',
    steps: [
      add(idle('/~/a')),
      ask('DELETE /v2/apps/~/a/tasks?scale=true', 404, { message: "Path '/~/a' does not exist" }),
    ],
  },
  withTask(
    'DPL-22',
    'Tasks of a locked app are killed, but not with scale.',
    tell(
      'PUT /v2/apps/~/a',
      {
        instances: 2,
        constraints: [
          ['hostname', 'UNIQUE'],
          ['hostname', 'LIKE', 'nowhere'],
        ],
      },
      deployed,
    ),
    { send: 'DELETE /v2/apps/~/a/tasks/{{task}}?scale=true', expect: { status: 409 } },
    {
      send: 'DELETE /v2/apps/~/a/tasks/{{task}}',
      expect: { status: 200, body: { task: { id: '{{task}}' } } },
    },
  ),
];

export const kills: Area = { name: 'kills', about: 'killing tasks, with scale and wipe', cases };
