import { z } from 'zod';
import { amount, at, text } from './answer-fields.js';

export const volume = z
  .object({
    id: text('Id of the volume.', 'db_pg#data#6b1c9f3f-7c1e-11eb-9439-0242ac130002'),
    appId: text('App whose data it is, also when that is gone.', '/db/pg'),
    instanceId: text('Instance that has it. Absent when none has.').optional(),
    taskId: text('Its present or last task.').optional(),
    agentId: text('Agent on which the data lies.', 'agent-1'),
    host: text('Name of its host.', 'node1'),
    executor: z.enum(['process', 'docker']).meta({
      description: 'A folder of the host (`process`), or a volume of its Docker engine.',
    }),
    containerPath: text('Where tasks find it in their sandbox.', 'data'),
    size: amount('MiB that are reserved for it.'),
    used: amount(
      'MiB that its data took when it was measured last and had changed. Absent: not yet.',
    ).optional(),
    measuredAt: at('When that was.').optional(),
    overSince: at('Since when that is more than its size. Absent: it is not.').optional(),
    disk: z
      .object({
        type: z.enum(['path', 'mount']).meta({ description: 'Kind of the disk.' }),
        root: text('Where it is on the host.').optional(),
        profile: text('What the operator calls such disks.').optional(),
      })
      .optional()
      .meta({ description: 'A disk set aside for volumes. Absent = the root disk.' }),
    role: text('Role it is reserved for.', 'db'),
    state: z
      .enum(['inUse', 'waiting', 'suspended', 'lost', 'detached', 'deletionAsked', 'wiping'])
      .meta({
        description:
          '`waiting`: its instance comes back to it; `suspended`: with its instance, by a scale; ' +
          '`lost`: its agent cannot be reached; `detached`: nobody has it; `wiping`: its host is ' +
          'deleting the data.',
      }),
    note: text('What is awaited, or at risk.').optional(),
    createdAt: at('When it was made.'),
    usedAt: at('When a task first ran with it. Absent: there is no data yet.').optional(),
    confirmBy: at('Its deletion is to be asked for again by then.').optional(),
  })
  .meta({ id: 'StoredVolume', description: 'Data of an app on one agent.' });

export const volumeDeletion = z
  .object({
    message: text('What has happened, and what is to be done.'),
    confirmBy: at('Ask again by then to confirm. Absent: it is being deleted.').optional(),
  })
  .meta({ id: 'VolumeDeletion', description: 'One of the two steps of a deletion.' });
