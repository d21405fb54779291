import { z } from 'zod';
import { CONSTRAINT_OPERATORS } from '../../core/app/index.js';
import { envValue, executorResources, network, unreachableStrategy } from './app.js';
import { linuxInfo, persistent } from './container.js';
import { LIST_MAX, caselessEnum, count, labels, pathId, timestamp } from './fields.js';
import { podContainer } from './pod-container.js';
import { rollout } from './rollout.js';

const fraction = (description: string) =>
  z
    .number()
    .optional()
    .meta({ description, examples: [0.5], minimum: 0, maximum: 1 });

const seconds = (description: string) => z.number().min(0).optional().meta({ description });

const volume = z
  .object({
    name: z
      .string()
      .min(1)
      .meta({ description: 'Unique within the pod; containers mount it by it.' }),
    persistent: persistent.optional(),
    secret: z.string().optional().meta({ description: 'Key in `secrets`.' }),
    host: z.string().optional().meta({ description: 'A directory of the agent.' }),
  })
  .meta({
    id: 'PodVolume',
    description:
      'The first of `persistent`, `secret` and `host` that is given decides the kind; none of them: ' +
      'a directory that lives as long as the instance.',
    examples: [{ name: 'shared' }],
  });

const scaling = z
  .object({
    kind: caselessEnum(['fixed']).meta({ description: 'The only kind there is.' }),
    instances: count().optional().meta({ description: 'How many are to run.' }),
  })
  .meta({
    id: 'PodScaling',
    description: 'How many instances there are.',
    examples: [{ kind: 'fixed', instances: 2 }],
  });

const constraint = z
  .object({
    fieldName: z
      .string()
      .meta({ description: '`@hostname`, or an attribute.', examples: ['@hostname'] }),
    operator: caselessEnum(CONSTRAINT_OPERATORS).meta({ description: 'How it is compared.' }),
    value: z.string().optional().meta({ description: 'As the operator demands.' }),
  })
  .meta({
    id: 'PodConstraint',
    description: 'Which hosts will do.',
    examples: [{ fieldName: '@hostname', operator: 'UNIQUE' }],
  });

const scheduling = z
  .object({
    backoff: z
      .object({
        backoff: seconds('Seconds before the next launch after a failure.'),
        backoffFactor: z
          .number()
          .min(0)
          .optional()
          .meta({ description: 'Each further failure multiplies the wait by this.' }),
        maxLaunchDelay: seconds('The wait never exceeds this many seconds.'),
      })
      .meta({ id: 'PodBackoff', description: 'How long failures delay the next launch.' })
      .optional()
      .meta({ description: 'After failures.' }),
    upgrade: z
      .object({
        minimumHealthCapacity: fraction('Share of the instances that stay healthy, 0..1.'),
        maximumOverCapacity: fraction('Share that may run beyond their number, 0..1.'),
      })
      .meta({
        id: 'PodUpgrade',
        description: 'How many instances run and are missing in a change.',
      })
      .optional()
      .meta({ description: 'During changes.' }),
    placement: z
      .object({
        constraints: z
          .array(constraint)
          .max(LIST_MAX)
          .optional()
          .meta({ description: 'All have to hold.' }),
        acceptedResourceRoles: z
          .array(z.string())
          .optional()
          .meta({ description: 'Whose resources are taken; none = `*` and those of the role.' }),
      })
      .meta({ id: 'PodPlacement', description: 'Where instances may run.' })
      .optional()
      .meta({ description: 'Which hosts, whose resources.' }),
    killSelection: caselessEnum(['YOUNGEST_FIRST', 'OLDEST_FIRST'])
      .optional()
      .meta({ description: 'Which instances go first when there are too many.' }),
    unreachableStrategy: unreachableStrategy.optional(),
  })
  .meta({ id: 'PodScheduling', description: 'Where instances run, and how they change.' });

/** A pod as clients send it and as it is shown (marathon-api 5.14). */
export const pod = z
  .object({
    id: pathId().meta({
      description: 'Absolute path id: lower-case letters, digits, dashes and dots between slashes.',
      examples: ['/shop/cart'],
    }),
    labels: labels().optional().meta({ description: 'For selection and for other tools.' }),
    version: timestamp().optional().meta({ description: 'Ignored when sent.' }),
    user: z.string().optional().meta({ description: 'Operating system user of the containers.' }),
    environment: z
      .record(z.string(), envValue)
      .optional()
      .meta({ description: 'Variables of all containers.' }),
    containers: z
      .array(podContainer)
      .max(LIST_MAX)
      .meta({ description: 'At least one; names are unique. They share host and network.' }),
    secrets: z
      .record(
        z.string(),
        z.object({ source: z.string().min(1).meta({ description: 'Its name in the store.' }) }),
      )
      .optional()
      .meta({ description: 'Names for secrets, used by environments, images and volumes.' }),
    volumes: z
      .array(volume)
      .max(LIST_MAX)
      .optional()
      .meta({ description: 'Each is mounted by at least one container.' }),
    networks: z
      .array(network)
      .max(LIST_MAX)
      .optional()
      .meta({ description: "None = the host's network." }),
    scaling: scaling.optional().meta({ description: 'How many instances there are.' }),
    scheduling: scheduling.optional().meta({ description: 'Where they run, and how they change.' }),
    executorResources: executorResources.optional(),
    role: z.string().min(1).optional().meta({ description: 'Role whose share the pod uses.' }),
    linuxInfo: linuxInfo.optional().meta({ description: 'Of a whole pod: `ipcInfo` only.' }),
    legacySharedCgroups: z
      .boolean()
      .optional()
      .meta({ description: 'One limit for all containers together; excludes `resourceLimits`.' }),
    rollout: rollout(),
  })
  .meta({
    id: 'Pod',
    description:
      'Containers that run together: on one host, in one network, sharing volumes. Unknown keys ' +
      'are ignored, `null` means not given.',
  });
