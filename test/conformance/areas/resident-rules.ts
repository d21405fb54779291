import { like, type Area, type Case } from '../language/index.js';
import {
  add,
  addGroup,
  ask,
  deployed,
  idle,
  invalid,
  refused,
  rule,
  shows,
  stored,
  tell,
  type Json,
} from './steps.js';

const VOLUMES = (...volumes: readonly Json[]): Json => ({ container: { type: 'MESOS', volumes } });
const persistent = (more: Json = {}, outer: Json = {}): Json => ({
  role: '~',
  ...VOLUMES({ containerPath: 'data', mode: 'RW', persistent: { size: 10, ...more }, ...outer }),
});

const volumes: readonly Case[] = [
  rule(
    '7.2',
    'A persistent volume has a size.',
    persistent({ size: 0 }),
    '/container/volumes(0)/persistent/size',
    'got 0, expected more than 0',
  ),
  rule(
    '7.2',
    'The path of a persistent volume is one name.',
    persistent({}, { containerPath: '/a/b' }),
    '/container/volumes(0)/containerPath',
    'value must not contain "/"',
  ),
  rule(
    '7.2',
    'The path of a persistent volume is no dot.',
    persistent({}, { containerPath: '..' }),
    '/container/volumes(0)/containerPath',
    like(/^can not be one of/),
  ),
  rule(
    'VOL-19',
    'Constraints are not for volumes on the root disk.',
    persistent({ constraints: [['path', 'LIKE', '/x']] }),
    '/container/volumes(0)/persistent',
    'Constraints on root volumes are not supported',
  ),
  rule(
    '7.2',
    'Only mounted disks have a greatest size.',
    persistent({ maxSize: 20 }),
    '/container/volumes(0)/persistent',
    'Only mount volumes can have maxSize',
  ),
  rule(
    '7.2',
    'The greatest size is larger than the least.',
    persistent({ type: 'mount', maxSize: 5 }),
    '/container/volumes(0)/persistent',
    'Max size must be larger than size',
  ),
  rule(
    '7.2',
    'A host volume has a path on the host.',
    VOLUMES({ containerPath: '/a', hostPath: '', mode: 'RO' }),
    '/container/volumes(0)/hostPath',
    'must not be empty',
  ),
  rule(
    'VOL-09',
    'A resident app goes without over-capacity.',
    { ...persistent(), upgradeStrategy: { minimumHealthCapacity: 0.5, maximumOverCapacity: 0.5 } },
    '/upgradeStrategy/maximumOverCapacity',
    'got 0.5, expected 0.0',
  ),
  stored(
    'VOL-09',
    'A resident app may keep all of its instances healthy.',
    { ...persistent(), upgradeStrategy: { minimumHealthCapacity: 1, maximumOverCapacity: 0 } },
    { upgradeStrategy: { minimumHealthCapacity: 1 } },
  ),
  rule(
    '7.2',
    'Instances of a resident app are not given up.',
    { ...persistent(), unreachableStrategy: { inactiveAfterSeconds: 0, expungeAfterSeconds: 0 } },
    '/',
    'unreachableStrategy must be disabled for resident tasks',
  ),
  {
    ...rule(
      '7.5',
      'A resident app has a role of its own.',
      { ...persistent(), role: '*' },
      '/role',
      'Resident apps cannot have the role *',
    ),
    needs: ['settings'],
  },
  ...(
    [
      ['cpus', { cpus: 2 }, '/app(0)/cpus'],
      ['memory', { mem: 256 }, '/app(0)/mem'],
      ['disk', { disk: 1 }, '/app(0)/disk'],
    ] as const
  ).map(([what, change, path]) => ({
    name: `A resident app keeps its ${what}.`,
    source: 'VOL-08',
    steps: [
      add(idle('/~/a', persistent())),
      tell(
        'PUT /v2/apps/~/a',
        change,
        invalid(
          path,
          'Services with persistent volumes configured may not change resource requirements. If you need to make this change, please create a new service.',
        ),
      ),
    ],
  })),
  {
    name: 'A resident app keeps its volumes.',
    source: 'VOL-08',
    steps: [
      add(idle('/~/a', persistent())),
      tell(
        'PUT /v2/apps/~/a',
        { container: persistent({ size: 20 })['container'] },
        invalid('/app(0)', 'Persistent volumes can not be changed!'),
      ),
    ],
  },
];

const TOP = { enforceRole: true };

const roles: readonly Case[] = [
  {
    ...rule(
      'RES-07',
      'A role is the default one or that of the top-level group.',
      { role: 'foo' },
      '/role',
      like(/^got foo, expected one of: \[/),
    ),
    needs: ['settings'],
  },
  stored(
    '6.5',
    'The name of the top-level group is a role of its apps.',
    { role: '~' },
    { role: '~' },
  ),
  rule(
    'RES-04',
    'Accepted roles are not empty.',
    { acceptedResourceRoles: [] },
    '/acceptedResourceRoles',
    'must not be empty',
  ),
  {
    ...rule(
      '7.5',
      'Accepted roles are the star and the own one: with the star, only it.',
      { acceptedResourceRoles: ['foo'] },
      '/acceptedResourceRoles',
      like(/^acceptedResourceRoles can only contain \*/),
    ),
    needs: ['settings'],
  },
  rule(
    '7.5',
    'Accepted roles of a role are the star and it.',
    { role: '~', acceptedResourceRoles: ['foo'] },
    '/acceptedResourceRoles',
    'acceptedResourceRoles can only contain * and ~',
  ),
  {
    name: 'An enforced role is given to apps that name none.',
    source: 'RES-06',
    steps: [addGroup({ id: '/~', ...TOP }), add(idle('/~/a')), shows('/~/a', { role: '~' })],
  },
  {
    name: 'An enforced role leaves no room for the default one.',
    source: 'RES-06',
    needs: ['settings'],
    steps: [
      addGroup({ id: '/~', ...TOP }),
      tell(
        'POST /v2/apps',
        idle('/~/a', { role: '*' }),
        invalid('/role', like(/^got \*, expected one of: \[~\]/)),
      ),
    ],
  },
  {
    name: 'An app may keep the role it has when the group begins to enforce its own.',
    source: '6.5',
    needs: ['settings'],
    steps: [
      add(idle('/~/a')),
      { send: 'PATCH /v2/groups/~', body: TOP, expect: { status: 200 } },
      tell('PUT /v2/apps/~/a', { cmd: 'sleep 5' }, deployed),
      shows('/~/a', { role: '*' }),
    ],
  },
  rule('7.5', 'A role has no blank.', { role: 'a b' }, '/role', like(/./)),
  refused('7.5', 'A role is not empty.', { role: '' }, { status: 422 }),
];

const secrets: readonly Case[] = [
  rule(
    '7.2',
    'A secret in the environment is one of the app.',
    { env: { A: { secret: 's' } } },
    like(/^\/env/),
    like(/undefined secret|secrets feature/),
  ),
  {
    name: 'Features that are switched off are told by name.',
    source: '2.3',
    needs: ['settings'],
    steps: [
      tell('POST /v2/apps', idle('/~/a', { gpus: 1 }), {
        status: 422,
        body: {
          message: 'Object is not valid',
          details: [
            {
              errors: [
                like(
                  /^Feature gpu_resources is not enabled\. Enable with --enable_features gpu_resources\)$/,
                ),
              ],
            },
          ],
        },
      }),
      ask('GET /v2/apps/~/a', 404),
    ],
  },
];

export const residentRules: Area = {
  name: 'rolerules',
  about: 'rules for apps: volumes, roles, secrets, features',
  cases: [...volumes, ...roles, ...secrets],
};
