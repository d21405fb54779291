import {
  absent,
  anything,
  containing,
  exactly,
  like,
  type Area,
  type Case,
  type Wanted,
} from '../language/index.js';
import { add, idle, misshapen, refused, tell } from './steps.js';

/** A body that is not JSON at all. */
function unparsable(name: string, body: string): Case {
  return {
    name,
    source: 'APP-17',
    steps: [
      tell('POST /v2/apps', body, {
        status: 400,
        headers: { 'content-type': like(/^application\/json(;|$)/) },
        body: exactly({ message: 'Invalid JSON', details: like(/./) }),
      }),
    ],
  };
}

/** One field of the wrong shape. */
function wrongShape(name: string, field: object, path: Wanted, error: Wanted = anything): Case {
  const expect = misshapen(path, error);
  return { ...refused('2.2', name, { ...field }, expect) };
}

function wrongAmount(...given: Parameters<typeof wrongShape>): Case {
  return { ...wrongShape(...given), source: 'APP-16' };
}

const parsing: readonly Case[] = [
  unparsable(
    'JSON that ends too early is Invalid JSON with the complaint as text.',
    '{"id": "/x",',
  ),
  unparsable('A word that is not JSON is Invalid JSON.', 'hello'),
  unparsable('A trailing comma is Invalid JSON.', '{"id":"/~/a","cmd":"sleep 1",}'),
  unparsable('Single quotes are Invalid JSON.', "{'id':'/~/a'}"),
  {
    name: 'No body at all is asked for in JSON format.',
    source: '2',
    steps: [
      tell('POST /v2/apps', '', {
        status: 400,
        body: { message: 'Please specify data in JSON format', details: like(/./) },
      }),
    ],
  },
  {
    name: 'An empty body of a PUT is asked for in JSON format.',
    source: '2',
    steps: [
      add(idle('/~/a')),
      tell('PUT /v2/apps/~/a', '', {
        status: 400,
        body: { message: 'Please specify data in JSON format' },
      }),
    ],
  },
  {
    name: 'Broken JSON for a group is 400 as for an app.',
    source: '2',
    steps: [
      tell('PUT /v2/groups/~', '{"apps":[', { status: 400, body: { message: 'Invalid JSON' } }),
    ],
  },
  {
    name: 'Broken JSON for a list of tasks to kill is 400.',
    source: '2',
    steps: [
      tell('POST /v2/tasks/delete', '{"ids":', { status: 400, body: { message: 'Invalid JSON' } }),
    ],
  },
];

const fields: readonly Case[] = [
  {
    name: 'An array in place of an app is wrong at the path of the whole document.',
    source: '2.1',
    steps: [tell('POST /v2/apps', [], misshapen(''))],
  },
  {
    name: 'A text in place of an app is wrong at the path of the whole document.',
    source: '2.1',
    steps: [tell('POST /v2/apps', '"app"', misshapen(''))],
  },
  {
    name: 'An app without id is told that it is undefined.',
    source: '2.2',
    steps: [
      tell(
        'POST /v2/apps',
        { cmd: 'sleep 1000' },
        {
          status: 422,
          body: {
            message: 'Invalid JSON',
            details: containing({ errors: containing(like(/'?id'? is undefined/)) }),
          },
        },
      ),
    ],
  },
  wrongShape(
    'A text for instances is no number.',
    { instances: 'three' },
    '/instances',
    'error.expected.jsnumber',
  ),
  wrongAmount('A fraction for instances is no whole number.', { instances: 1.5 }, '/instances'),
  wrongAmount(
    'Negative instances are below the least.',
    { instances: -1 },
    '/instances',
    'error.min',
  ),
  wrongShape('A text for cpus is no number.', { cpus: '1' }, '/cpus', 'error.expected.jsnumber'),
  wrongAmount('Negative cpus are below the least.', { cpus: -1 }, '/cpus', 'error.min'),
  wrongAmount('Negative memory is below the least.', { mem: -1 }, '/mem', 'error.min'),
  wrongShape('Negative disk is below the least.', { disk: -1 }, '/disk', 'error.min'),
  wrongShape('A number for cmd is no text.', { cmd: 5 }, '/cmd', 'error.expected.jsstring'),
  wrongShape('An empty cmd is too short.', { cmd: '' }, '/cmd', 'error.minLength'),
  wrongShape(
    'A text for requirePorts is no boolean.',
    { requirePorts: 'yes' },
    '/requirePorts',
    'error.expected.jsboolean',
  ),
  wrongShape('An object for args is no list.', { args: {} }, '/args', 'error.expected.jsarray'),
  wrongShape(
    'A number in args is no text.',
    { cmd: undefined, args: ['a', 1] },
    '/args(1)',
    'error.expected.jsstring',
  ),
  wrongShape(
    'A list for labels is no object.',
    { labels: [] },
    '/labels',
    'error.expected.jsobject',
  ),
  wrongShape(
    'A number for a label is no text.',
    { labels: { tier: 1 } },
    '/labels/tier',
    'error.expected.jsstring',
  ),
  wrongShape(
    'A backoff factor below one is below the least.',
    { backoffFactor: 0.5 },
    '/backoffFactor',
    'error.min',
  ),
  wrongShape(
    'A negative backoff is below the least.',
    { backoffSeconds: -1 },
    '/backoffSeconds',
    'error.min',
  ),
  wrongShape(
    'A negative launch delay is below the least.',
    { maxLaunchDelaySeconds: -1 },
    '/maxLaunchDelaySeconds',
    'error.min',
  ),
  wrongShape(
    'A negative kill grace period is below the least.',
    { taskKillGracePeriodSeconds: -1 },
    '/taskKillGracePeriodSeconds',
    'error.min',
  ),
  wrongShape('A fraction of a gpu is no whole number.', { gpus: 0.5 }, '/gpus'),
  wrongShape(
    'An unknown kill selection is no literal of the list.',
    { killSelection: 'RANDOM' },
    '/killSelection',
    'error.unknown.enum.literal',
  ),
  wrongShape(
    'An unknown protocol of a health check is no literal of the list.',
    { healthChecks: [{ protocol: 'UDP' }] },
    '/healthChecks(0)/protocol',
    'error.unknown.enum.literal',
  ),
  wrongShape(
    'An unknown container type is no literal of the list.',
    { container: { type: 'RKT' } },
    '/container/type',
    'error.unknown.enum.literal',
  ),
  wrongShape(
    'An unknown network mode is no literal of the list.',
    { networks: [{ mode: 'overlay' }] },
    '/networks(0)/mode',
    'error.unknown.enum.literal',
  ),
  wrongShape(
    'A port definition beyond 65535 is above the most.',
    { portDefinitions: [{ port: 65_536 }] },
    '/portDefinitions(0)/port',
    'error.max',
  ),
  wrongShape(
    'A negative port is below the least.',
    { portDefinitions: [{ port: -1 }] },
    '/portDefinitions(0)/port',
    'error.min',
  ),
  wrongShape(
    'A fetch entry without uri is told that it is undefined.',
    { fetch: [{}] },
    like(/^\/fetch\(0\)(\/uri)?$/),
    like(/'?uri'? is undefined/),
  ),
  wrongShape(
    'A fetch entry with an empty uri is too short.',
    { fetch: [{ uri: '' }] },
    '/fetch(0)/uri',
    'error.minLength',
  ),
  wrongShape(
    'A volume without container path is refused.',
    { container: { type: 'MESOS', volumes: [{ hostPath: '/x', mode: 'RO' }] } },
    like(/^\/container\/volumes\(0\)/),
  ),
  wrongShape(
    'An upgrade strategy with only one of its numbers is refused.',
    { upgradeStrategy: { minimumHealthCapacity: 0.5 } },
    like(/^\/upgradeStrategy/),
    like(/is undefined/),
  ),
  wrongShape(
    'A readiness check that takes no time is below the least.',
    { readinessChecks: [{ timeoutSeconds: 0 }] },
    '/readinessChecks(0)/timeoutSeconds',
    'error.min',
  ),
  {
    name: 'A version that is no time is refused.',
    source: '2.2',
    steps: [
      add(idle('/~/a')),
      tell(
        'PUT /v2/apps/~/a',
        { version: 'yesterday' },
        misshapen('/version', 'error.expected.date.isoformat'),
      ),
    ],
  },
];

const whole: readonly Case[] = [
  {
    name: 'Several wrong shapes are told all at once.',
    source: '2.1',
    steps: [
      tell(
        'POST /v2/apps',
        { id: '/~/a', instances: 'x', mem: 'y', labels: 3 },
        {
          status: 422,
          body: {
            message: 'Invalid JSON',
            details: containing({ path: '/instances' }, { path: '/mem' }, { path: '/labels' }),
          },
        },
      ),
    ],
  },
  {
    name: 'Several broken rules are told all at once.',
    source: '2.1',
    steps: [
      tell(
        'POST /v2/apps',
        idle('/~/a', {
          constraints: [['hostname', 'WHERE'], ['x']],
          networks: [{ mode: 'host', name: 'n' }],
        }),
        {
          status: 422,
          body: {
            message: 'Object is not valid',
            details: containing(
              { path: '/constraints(0)' },
              { path: '/constraints(1)' },
              { path: '/networks' },
            ),
          },
        },
      ),
    ],
  },
  {
    name: 'Unknown keys are ignored.',
    source: '1.7',
    steps: [
      tell('POST /v2/apps', idle('/~/a', { noSuchField: { deep: [1] } }), {
        status: 201,
        body: { noSuchField: absent },
      }),
    ],
  },
  {
    name: 'Null is the same as a key that is not there.',
    source: '1.7',
    steps: [
      tell(
        'POST /v2/apps',
        idle('/~/a', { cpus: null, user: null, container: null, labels: null }),
        {
          status: 201,
          body: { cpus: 1, user: absent, container: absent, labels: {} },
        },
      ),
    ],
  },
  {
    name: 'Enumerated words are taken in any case and shown in the usual one.',
    source: '2.2',
    steps: [
      tell('POST /v2/apps', idle('/~/a', { killSelection: 'oldest_first' }), {
        status: 201,
        body: { killSelection: 'OLDEST_FIRST' },
      }),
    ],
  },
];

export const shapes: Area = {
  name: 'shapes',
  about: 'bodies that cannot be parsed or have the wrong shape',
  cases: [...parsing, ...fields, ...whole],
};
