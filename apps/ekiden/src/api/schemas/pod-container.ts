import { z } from 'zod';
import { artifact, envValue, limit } from './app.js';
import { command } from './checks.js';
import { linuxInfo } from './container.js';
import { LIST_MAX, amount, caselessEnum, count, labels, networkName, port } from './fields.js';

/** Name of a container or endpoint. */
const name = () =>
  z
    .string()
    .min(1)
    .max(63)
    .regex(/^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/);

const seconds = () => count().optional().meta({ description: 'Seconds.' });

const resources = z
  .object({
    cpus: amount(0.001).optional().meta({ description: 'Cores.' }),
    mem: amount(0.001).optional().meta({ description: 'MiB.' }),
    disk: amount().optional().meta({ description: 'MiB.' }),
    gpus: count().optional().meta({ description: 'Graphics processors.' }),
  })
  .meta({
    id: 'PodResources',
    description: 'What a container takes of its host.',
    examples: [{ cpus: 0.1, mem: 64 }],
  });

const endpoint = z
  .object({
    name: name().meta({ description: 'Unique within the pod.', examples: ['http'] }),
    containerPort: z.int32().min(1).max(65_535).optional().meta({
      description: 'Required unless the pod is on the network of its host; there, not allowed.',
    }),
    hostPort: port().optional().meta({
      description:
        'Port on the agent; 0 = one from the offer (also when missing without a container network).',
    }),
    protocol: z
      .array(z.string().min(1))
      .optional()
      .meta({ description: 'Each at most once.', examples: [['tcp']] }),
    labels: labels().optional().meta({ description: 'For other tools.' }),
    networkNames: z
      .array(networkName())
      .max(LIST_MAX)
      .optional()
      .meta({ description: 'Container networks this endpoint is for; none = all of them.' }),
  })
  .meta({ id: 'PodEndpoint', description: 'A port of a container, under a name.' });

const image = z
  .object({
    kind: caselessEnum(['DOCKER']).meta({ description: 'The only kind there is.' }),
    id: z
      .string()
      .min(1)
      .max(1024)
      .meta({ description: 'Name of the image.', examples: ['nginx:1.25'] }),
    pullConfig: z
      .object({ secret: z.string().meta({ description: 'The key.' }) })
      .optional()
      .meta({ description: 'Key in `secrets` of a registry configuration.' }),
    forcePull: z.boolean().optional().meta({ description: 'Pull even if the agent has it.' }),
    labels: labels().optional().meta({ description: 'For other tools.' }),
  })
  .meta({ id: 'PodImage', description: 'The image a container is made of.' });

const probes = {
  http: z
    .object({
      endpoint: z.string().meta({ description: 'Name of an endpoint of this container.' }),
      path: z.string().optional().meta({ description: '`/` where it is missing.' }),
      scheme: caselessEnum(['HTTP', 'HTTPS'])
        .optional()
        .meta({ description: 'Without looking at certificates.' }),
    })
    .meta({ id: 'PodHttpProbe', description: 'A request that is answered by 200 to 399.' })
    .optional()
    .meta({ description: 'Sends a request.' }),
  tcp: z
    .object({
      endpoint: z.string().meta({ description: 'Name of an endpoint of this container.' }),
    })
    .optional()
    .meta({ description: 'Opens a connection.' }),
  exec: z.object({ command }).optional().meta({ description: 'Exit code 0 = well.' }),
};

const timing = {
  intervalSeconds: seconds(),
  timeoutSeconds: seconds().meta({ description: 'Seconds, less than the interval.' }),
  delaySeconds: seconds().meta({ description: 'Seconds before the first one.' }),
};

const healthCheck = z
  .object({
    ...probes,
    gracePeriodSeconds: seconds().meta({
      description: 'Failures are ignored this long after the start. Seconds.',
    }),
    maxConsecutiveFailures: count()
      .optional()
      .meta({ description: 'The instance is replaced after this many; 0 = never.' }),
    ...timing,
  })
  .meta({
    id: 'PodHealthCheck',
    description: 'Exactly one of `http`, `tcp` and `exec`.',
    examples: [{ http: { endpoint: 'http', path: '/health' } }],
  });

const check = z.object({ ...probes, ...timing }).meta({
  id: 'PodCheck',
  description: 'Its result is shown and has no consequences. Exactly one of the three kinds.',
});

export const podContainer = z
  .object({
    name: name().meta({ description: 'Unique within the pod.', examples: ['main'] }),
    exec: z
      .object({
        command,
        overrideEntrypoint: z
          .boolean()
          .optional()
          .meta({ description: "Run it instead of the image's entry point." }),
      })
      .optional()
      .meta({ id: 'PodExec', description: 'What runs; absent = what the image says.' }),
    resources: resources.meta({ description: 'What it takes of its host.' }),
    resourceLimits: z
      .object({ cpus: limit('Cores, or `"unlimited"`.'), mem: limit('MiB, or `"unlimited"`.') })
      .optional()
      .meta({ description: 'At least what is requested, or `"unlimited"`.' }),
    endpoints: z.array(endpoint).max(LIST_MAX).optional().meta({ description: 'Its ports.' }),
    linuxInfo: linuxInfo.optional(),
    image: image.optional().meta({ description: 'Absent = what runs comes from the host.' }),
    environment: z
      .record(z.string(), envValue)
      .optional()
      .meta({ description: "On top of the pod's." }),
    user: z.string().optional().meta({ description: "Operating system user; default the pod's." }),
    healthCheck: healthCheck.optional(),
    check: check.optional(),
    volumeMounts: z
      .array(
        z
          .object({
            name: z.string().min(1).meta({ description: 'Of a volume of the pod.' }),
            mountPath: z
              .string()
              .min(1)
              .max(1024)
              .meta({ description: 'Where the container sees it.' }),
            readOnly: z.boolean().optional().meta({ description: 'Nothing can be written.' }),
          })
          .meta({ id: 'PodVolumeMount', description: 'A volume of the pod in one container.' }),
      )
      .max(LIST_MAX)
      .optional()
      .meta({ description: 'Volumes of the pod that it sees.' }),
    artifacts: z
      .array(artifact)
      .max(LIST_MAX)
      .optional()
      .meta({ description: 'Put into the sandbox.' }),
    labels: labels().optional().meta({ description: 'For other tools.' }),
    lifecycle: z
      .object({
        killGracePeriodSeconds: z
          .number()
          .min(0)
          .optional()
          .meta({ description: 'Seconds between SIGTERM and SIGKILL.' }),
      })
      .optional()
      .meta({ description: 'How it ends.' }),
    tty: z.boolean().optional().meta({ description: 'Give it a terminal.' }),
  })
  .meta({
    id: 'PodContainer',
    description: 'One container of a pod.',
    examples: [{ name: 'main', resources: { cpus: 0.1, mem: 64 } }],
  });
