import { DEPLOYS, GENERATION, NO_TIMESTAMP, OVERLAP, STRATEGY, WIPE } from './app-operations.js';
import { APP_INFO } from './examples.js';
import { DRY_RUN, MAY_BE_PLANNED, PLANNED } from './dry-run.js';
import { GROUP_INFO, PARK_BY_URL, SHOP, SHOP_BY_URL } from './group-examples.js';
import type { Examples, Operation, QueryParameter, Success } from './operation.js';
import { PLACEHOLDERS } from './placeholders.js';

const OF_APPS = [
  'tasks',
  'counts',
  'deployments',
  'readiness',
  'lastTaskFailure',
  'taskStats',
  'rollout',
];

const ROLLOUTS = ['group.rollout', 'apps.rollout'];
const ADDS_ROLLOUTS = 'Adds what groups and apps said of their rollout. May be repeated.';

const EMBED: QueryParameter = {
  name: 'embed',
  type: 'strings',
  values: [
    'group.groups',
    'group.apps',
    'group.pods',
    'group.rollout',
    ...OF_APPS.map((name) => `group.apps.${name}`),
  ],
  example: 'group.apps',
  description:
    'What to show. May be repeated. Not given: `group.groups`, `group.apps` and `group.pods`; ' +
    'once one is given, only what is named. `group.apps.tasks` and its like add to the apps that ' +
    '`group.apps` shows. `group.rollout` and `apps.rollout` add what groups and apps say of their ' +
    'rollout, and hide nothing.',
};

const CREATED: Success = {
  ...DEPLOYS,
  status: 201,
  description: 'Created. `Location` names the group.',
  also: PLANNED,
};

const SCALE = { summary: 'Twice as many instances', value: { scaleBy: 2 } };
const RESTORE = {
  summary: 'Restore a stored version',
  value: { version: PLACEHOLDERS.groupVersion },
};

const UNKNOWN = 'No such group.';
const LOCKED = 'A running deployment is in the way; try `force=true`.';
const INVALID = 'The document has the wrong shape or breaks a rule; every violation is listed.';
const TAG = 'Groups';

/**
 * What exists for the root without an id and for every group with one; `bodies` are the examples of
 * what is sent to either.
 */
function forRootAndGroups(
  suffix: string,
  operation: Omit<Operation, 'path' | 'tag' | 'body'>,
  bodies?: readonly [root: Examples, group: Examples],
): readonly Operation[] {
  const [root, group] = (bodies ?? []).map((examples) => ({
    body: { schema: 'GroupUpdate', examples },
  }));
  const samples = { id: 'shop', version: PLACEHOLDERS.groupVersion, ...operation.samples };
  const summary = `${operation.summary}: root`;
  return [
    { ...operation, ...root, samples, path: `/v2/groups${suffix}`, tag: TAG, summary },
    { ...operation, ...group, samples, path: `/v2/groups/{id}${suffix}`, tag: TAG },
  ];
}

const READS: readonly Operation[] = [
  ...forRootAndGroups('', {
    method: 'get',
    summary: 'Show a group',
    description: 'The group and everything below it. The root always exists.',
    query: [EMBED, GENERATION],
    success: {
      status: 200,
      description: 'The group.',
      shape: { schema: 'GroupInfo' },
      example: GROUP_INFO,
    },
    errors: { 404: UNKNOWN },
  }),
  ...forRootAndGroups('/apps', {
    method: 'get',
    summary: 'List the apps below a group',
    description: 'At any depth; none for a group that does not exist.',
    query: [EMBED, GENERATION],
    success: {
      status: 200,
      description: 'The apps, in no defined order.',
      shape: { listOf: 'AppInfo' },
      example: [APP_INFO],
    },
    errors: {},
  }),
  ...forRootAndGroups('/versions', {
    method: 'get',
    summary: 'List stored versions of a group',
    description: 'Versions of the whole tree that contain the group, newest first.',
    success: {
      status: 200,
      description: 'When each version was made; this is its key, too.',
      shape: { listOf: 'Timestamp' },
      example: [PLACEHOLDERS.groupVersion],
    },
    errors: { 404: UNKNOWN },
  }),
  ...forRootAndGroups('/versions/{version}', {
    method: 'get',
    summary: 'Show a stored version of a group',
    description: 'The group and everything below it as of that time.',
    query: [{ ...EMBED, values: ROLLOUTS, example: 'group.rollout', description: ADDS_ROLLOUTS }],
    success: {
      status: 200,
      description: 'The group.',
      shape: { schema: 'GroupInfo' },
      example: GROUP_INFO,
    },
    errors: { 404: 'No such version.', 422: NO_TIMESTAMP },
  }),
];

const WRITES: readonly Operation[] = [
  ...forRootAndGroups(
    '',
    {
      method: 'post',
      summary: 'Create a group',
      description:
        'With all its apps and groups, in one deployment that starts them in order of their ' +
        'dependencies. The `id` of the body is relative to that of the URL.',
      samples: { id: 'park' },
      query: [...OVERLAP, STRATEGY, DRY_RUN],
      success: CREATED,
      errors: {
        409: {
          description: 'A group or app of this id exists, or a deployment is in the way.',
          examples: ['groupExists', 'locked'],
        },
        422: INVALID,
      },
    },
    [
      { shop: { summary: 'Two groups, one after the other', value: SHOP } },
      { park: { summary: 'A group with one app', value: PARK_BY_URL } },
    ],
  ),
  ...forRootAndGroups(
    '',
    {
      method: 'put',
      summary: 'Create or change a group',
      description:
        'What is given replaces what was: apps and groups left out of a list that is given are ' +
        'removed; lists that are not given stay. `scaleBy` or `version` alone scales or restores ' +
        'everything below.',
      query: [...OVERLAP, STRATEGY, DRY_RUN],
      success: MAY_BE_PLANNED,
      errors: { 404: UNKNOWN, 409: LOCKED, 422: INVALID },
    },
    [
      {
        shop: { summary: 'Two groups, one after the other', value: SHOP },
        scale: SCALE,
        restore: RESTORE,
      },
      {
        shop: { summary: 'Two groups, one after the other', value: SHOP_BY_URL },
        scale: SCALE,
        restore: RESTORE,
      },
    ],
  ),
  {
    method: 'patch',
    path: '/v2/groups/{id}',
    tag: TAG,
    samples: { id: 'shop' },
    summary: 'Change whether a group enforces its role',
    description: 'Top-level groups only. Concerns later changes of apps; deploys nothing.',
    body: {
      schema: 'GroupRoles',
      examples: { on: { summary: 'Enforce', value: { enforceRole: true } } },
    },
    success: { status: 200, description: 'Changed.' },
    errors: { 404: UNKNOWN, 422: 'The group is not at the top level.' },
  },
  ...forRootAndGroups('', {
    method: 'delete',
    summary: 'Remove a group',
    description:
      'With everything below it; apps stop before those they depend on. The root itself stays. ' +
      'Persistent volumes stay, listed under `/v2/volumes`, unless they are to go with it.',
    query: [...OVERLAP, DRY_RUN, WIPE],
    success: MAY_BE_PLANNED,
    errors: { 404: UNKNOWN, 409: LOCKED },
  }),
];

export const GROUP_OPERATIONS: readonly Operation[] = [...READS, ...WRITES];
