import type { Operation } from './operation.js';

const ID = 'db_pg#data#6b1c9f3f-7c1e-11eb-9439-0242ac130002';

const VOLUME = {
  id: ID,
  appId: '/db/pg',
  instanceId: 'db_pg.instance-6b1c9f3e-7c1e-11eb-9439-0242ac130002',
  taskId: 'db_pg.instance-6b1c9f3e-7c1e-11eb-9439-0242ac130002._app.1',
  agentId: 'agent-1',
  host: 'node1',
  executor: 'process',
  containerPath: 'data',
  size: 512,
  role: 'db',
  state: 'inUse',
  createdAt: '2021-03-04T05:06:07.080Z',
  usedAt: '2021-03-04T05:06:07.190Z',
} as const;

const UNKNOWN = 'No such volume; the message names those that look alike.';

export const VOLUME_OPERATIONS: readonly Operation[] = [
  {
    method: 'get',
    path: '/v2/volumes',
    tag: 'Volumes',
    summary: 'List the persistent volumes',
    description:
      'With those whose app is gone: deleting an app gives its processors and memory back and ' +
      'keeps its data, until it is deleted with `wipe=true` or here.',
    success: {
      status: 200,
      description: 'The volumes, by id.',
      shape: { keys: { volumes: { listOf: 'StoredVolume' } } },
      example: { volumes: [VOLUME] },
    },
    errors: {},
  },
  {
    method: 'get',
    path: '/v2/volumes/{volume}',
    tag: 'Volumes',
    summary: 'Show a volume',
    description: 'The `#` of its id is written as `%23` in a URL.',
    success: {
      status: 200,
      description: 'The volume.',
      shape: { schema: 'StoredVolume' },
      example: VOLUME,
    },
    errors: { 404: UNKNOWN },
  },
  {
    method: 'delete',
    path: '/v2/volumes/{volume}',
    tag: 'Volumes',
    summary: 'Delete a volume with its data, in two steps',
    description:
      'Of a volume that no instance has. The first call changes nothing yet and says by when to ' +
      'ask again; the second one has the host delete the data, and the disk is given back.',
    success: {
      status: 202,
      description: 'What has happened, and by when to confirm it.',
      shape: { schema: 'VolumeDeletion' },
      example: {
        message: `Volume '${ID}' and its data will be deleted for good: ask for it once more by 2021-03-04T05:16:07.080Z to confirm`,
        confirmBy: '2021-03-04T05:16:07.080Z',
      },
    },
    errors: {
      404: UNKNOWN,
      409: { description: 'An instance has it.', examples: ['volumeInUse'] },
    },
  },
];
