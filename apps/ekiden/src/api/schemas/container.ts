import { z } from 'zod';
import {
  LIST_MAX,
  caselessEnum,
  count,
  labels,
  mebibytes,
  missingKey,
  networkName,
  port,
  portName,
  protocol,
} from './fields.js';

const text = (description: string) => z.string().optional().meta({ description });
const flag = (description: string) => z.boolean().optional().meta({ description });

const portMapping = z
  .object({
    containerPort: port()
      .optional()
      .meta({ description: 'Port inside the container; 0 = the same as the host port.' }),
    hostPort: port()
      .optional()
      .meta({
        description:
          'Port on the agent; 0 = one from the offer (also when missing with bridge networking). With ' +
          'container networks none is allocated unless given.',
      }),
    servicePort: port()
      .optional()
      .meta({ description: 'Stable port of the service; 0 = the next free one.' }),
    name: portName().optional().meta({ description: 'Unique within the app.' }),
    protocol: protocol().optional().meta({ description: 'Or both: `udp,tcp`.' }),
    labels: labels().optional().meta({ description: 'For other tools.' }),
    networkNames: z
      .array(networkName())
      .max(LIST_MAX)
      .optional()
      .meta({ description: 'Container networks this mapping is for; none = all of them.' }),
  })
  .meta({ id: 'PortMapping', description: 'A port of an app that has its own network.' });

const docker = z
  .object({
    image: z
      .string()
      .min(1)
      .meta({ description: 'Name and tag, or name and digest.', examples: ['nginx:1.25'] }),
    forcePullImage: flag('Pull even if the agent has the image.'),
    privileged: flag('Docker only.'),
    parameters: z
      .array(
        z.object({
          key: z
            .string()
            .min(1)
            .meta({ description: 'Name of the option.', examples: ['cap-add'] }),
          value: z.string().meta({ description: 'Its value.' }),
        }),
      )
      .max(LIST_MAX)
      .optional()
      .meta({ description: 'Options for the engine; Docker only.' }),
    pullConfig: z
      .object({ secret: z.string().meta({ description: 'Key in `secrets`.' }) })
      .optional()
      .meta({ description: 'Key in `secrets` of a registry configuration.' }),
    credential: z
      .record(z.string(), z.unknown())
      .optional()
      .meta({ deprecated: true, description: 'Refused; use `pullConfig`.' }),
    network: caselessEnum(['BRIDGE', 'HOST', 'NONE', 'USER'])
      .optional()
      .meta({ deprecated: true, description: 'Use `networks`.' }),
    portMappings: z
      .array(portMapping)
      .max(LIST_MAX)
      .optional()
      .meta({ deprecated: true, description: 'Use `container.portMappings`.' }),
  })
  .meta({ id: 'DockerContainer', description: 'The image, and how it is run.' });

const mode = () => caselessEnum(['RO', 'RW']);

export const persistent = z
  .object({
    type: caselessEnum(['root', 'path', 'mount'])
      .optional()
      .meta({ description: '`mount` when `profileName` is given.' }),
    size: mebibytes().meta({ description: 'MiB, more than 0.' }),
    maxSize: mebibytes().optional().meta({ description: 'MiB; mount volumes only.' }),
    profileName: text('Storage profile.'),
    constraints: z
      .array(z.array(z.string()))
      .max(LIST_MAX)
      .optional()
      .meta({
        description: 'On `path` and `mount` volumes.',
        examples: [[['path', 'LIKE', '/ssd.*']]],
      }),
  })
  .meta({ id: 'PersistentVolume', description: 'Space that outlives the task.' });

const dvdi = z
  .object({
    provider: z.literal('dvdi').meta({ description: 'Which kind it is.' }),
    name: text('Name of the volume at its provider; unique within the app.'),
    size: count().optional().meta({ description: 'GiB; the provider decides without.' }),
    options: z
      .record(z.string(), z.string())
      .optional()
      .meta({
        description: 'Options of the driver; `dvdi/driver` names it.',
        examples: [{ 'dvdi/driver': 'rexray' }],
      }),
    shared: flag('Several apps and instances may use the volume at once.'),
  })
  .meta({
    id: 'DvdiVolume',
    description: "A volume of a Docker volume driver on the agent's host.",
  });

const csi = z
  .object({
    provider: z.literal('csi').meta({ description: 'Which kind it is.' }),
    name: text('Id of the volume at its plugin; unique within the app.'),
    options: z
      .object({
        pluginName: z.string().min(1).meta({ description: 'Name of the CSI plugin.' }),
        capability: z
          .object({
            accessType: caselessEnum(['block', 'mount']).meta({
              description: 'Device or file system.',
            }),
            accessMode: caselessEnum([
              'SINGLE_NODE_WRITER',
              'SINGLE_NODE_READER_ONLY',
              'MULTI_NODE_READER_ONLY',
              'MULTI_NODE_SINGLE_WRITER',
              'MULTI_NODE_MULTI_WRITER',
            ]).meta({ description: 'How many nodes may use the volume at once, and how.' }),
            fsType: text('File system to make, with `mount`.'),
            mountFlags: z
              .array(z.string())
              .optional()
              .meta({ description: 'Flags of the mount, with `mount`.' }),
          })
          .meta({ description: 'How it is used.' }),
        nodeStageSecret: labels().optional().meta({ description: 'Passed on when staging.' }),
        nodePublishSecret: labels().optional().meta({ description: 'Passed on when publishing.' }),
        volumeContext: labels().optional().meta({ description: 'What the plugin wants to know.' }),
      })
      .meta({ description: 'For the plugin.' }),
  })
  .meta({ id: 'CsiVolume', description: 'A volume of a storage plugin.' });

const external = z.discriminatedUnion('provider', [dvdi, csi]).meta({
  id: 'ExternalVolume',
  description: 'A volume of an external provider; needs the feature `external_volumes`.',
});

const volume = z
  .object({
    containerPath: z.string().meta({ description: 'Where the app sees it.' }),
    mode: mode().optional().meta({ description: 'Required except with `secret`.' }),
    hostPath: text('A directory of the agent.'),
    secret: text('Key in `secrets`; the volume is a read-only file.'),
    persistent: persistent.optional(),
    external: external.optional(),
  })
  .superRefine((given, context) => {
    const data = given.persistent ?? given.external;
    const isSecret = data === undefined && given.secret !== undefined;
    const isNothing = data === undefined && !isSecret && given.hostPath === undefined;
    if (isNothing) context.addIssue(missingKey('hostPath'));
    if (given.mode === undefined && !isSecret) context.addIssue(missingKey('mode'));
  })
  .meta({
    id: 'Volume',
    description:
      'The first of `persistent`, `external`, `secret` and `hostPath` that is given decides the kind.',
  });

export const linuxInfo = z
  .object({
    seccomp: z
      .object({ profileName: text('Name of a profile.'), unconfined: flag('No confinement.') })
      .meta({ id: 'Seccomp', description: 'Which system calls are allowed.' })
      .optional(),
    ipcInfo: z
      .object({
        mode: caselessEnum(['PRIVATE', 'SHARE_PARENT']).meta({
          description: 'Whether it shares memory with what is around it.',
        }),
        shmSize: count().optional().meta({ description: 'MiB; only with `PRIVATE`.' }),
      })
      .optional()
      .meta({ description: 'Shared memory.' }),
  })
  .meta({ id: 'LinuxInfo', description: 'What the kernel allows.' });

export const container = z
  .object({
    type: caselessEnum(['MESOS', 'DOCKER']).optional().meta({ description: 'What runs it.' }),
    docker: docker.optional(),
    volumes: z
      .array(volume)
      .max(LIST_MAX)
      .optional()
      .meta({ description: 'What it sees of other places.' }),
    portMappings: z
      .array(portMapping)
      .max(LIST_MAX)
      .optional()
      .meta({ description: 'Not with host networking. Default: one mapping named `default`.' }),
    linuxInfo: linuxInfo.optional(),
  })
  .meta({
    id: 'Container',
    description: 'Image, volumes and port mappings of an app that runs in a container.',
  });
