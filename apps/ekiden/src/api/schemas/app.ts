import { z } from 'zod';
import { appCheck, healthCheck, readinessCheck } from './checks.js';
import { container } from './container.js';
import { dependencyRules } from './dependency-rules.js';
import {
  LIST_MAX,
  amount,
  caselessEnum,
  count,
  labels,
  networkName,
  pathId,
  port,
  portName,
  protocol,
  timestamp,
} from './fields.js';
import { rollout } from './rollout.js';

export const network = z
  .object({
    mode: caselessEnum(['host', 'container', 'container/bridge'])
      .optional()
      .meta({ description: 'That of the host, a named one, or a bridge of its own.' }),
    name: networkName().optional().meta({ description: 'Container networks only.' }),
    labels: labels().optional().meta({ description: 'For other tools.' }),
  })
  .meta({ id: 'Network', description: 'A network that instances are on.' });

const portDefinition = z
  .object({
    port: port().optional().meta({ description: 'Service port; 0 = the next free one.' }),
    name: portName().optional().meta({ description: 'Unique within the app.' }),
    protocol: protocol().optional().meta({ description: 'Or both: `udp,tcp`.' }),
    labels: labels().optional().meta({ description: 'For other tools.' }),
  })
  .meta({ id: 'PortDefinition', description: 'A port of an app on the network of its host.' });

export const artifact = z
  .object({
    uri: z
      .string()
      .min(1)
      .max(1024)
      .meta({
        description: 'A URL, or a path relative to the fetch root of the service.',
        examples: ['https://example.com/app.tar.gz', 'examples/hello/server.mjs'],
      }),
    extract: z.boolean().optional().meta({ description: 'Unpack archives.' }),
    executable: z.boolean().optional().meta({ description: 'Set the bit; nothing is unpacked.' }),
    cache: z.boolean().optional().meta({ description: 'Keep it on the host for others.' }),
    destPath: z
      .string()
      .min(1)
      .max(1024)
      .optional()
      .meta({ description: 'Name within the sandbox. Default: the last part of the uri.' }),
  })
  .meta({ id: 'Artifact', description: 'A file put into the sandbox before the start.' });

export const executorResources = z
  .object({
    cpus: amount(0.1).optional().meta({ description: 'Cores.' }),
    mem: amount(32).optional().meta({ description: 'MiB.' }),
    disk: amount(10).optional().meta({ description: 'MiB.' }),
  })
  .meta({ id: 'ExecutorResources', description: 'Kept for compatibility.' });

export const limit = (description: string) =>
  z
    .union(
      [
        amount().meta({ title: 'Amount' }),
        z.string().meta({ title: 'Unlimited', examples: ['unlimited'] }),
      ],
      { error: 'error.expected.jsnumber' },
    )
    .optional()
    .meta({ description });

const ipAddress = z
  .object({
    discovery: z
      .object({
        ports: z
          .array(
            z.object({
              number: port().optional().meta({ description: 'Port inside the container.' }),
              name: portName().optional().meta({ description: 'Name of the port.' }),
              protocol: protocol().optional().meta({ description: 'Or both: `udp,tcp`.' }),
              labels: labels().optional().meta({ description: 'For other tools.' }),
            }),
          )
          .optional()
          .meta({ description: 'Its ports.' }),
      })
      .optional()
      .meta({ description: 'What becomes `container.portMappings`.' }),
    groups: z.array(z.string()).optional().meta({ description: 'Without effect.' }),
    labels: labels().optional().meta({ description: 'Labels of the network.' }),
    networkName: networkName().optional().meta({ description: 'Name of the network.' }),
  })
  .meta({ id: 'IpAddress', deprecated: true, description: 'Legacy form of a container network.' });

const fraction = (description: string) =>
  z.number().meta({ description, examples: [0.5], maximum: 1, minimum: 0 });

const upgradeStrategy = z
  .object({
    minimumHealthCapacity: fraction('Share of the instances that stay healthy, 0..1.'),
    maximumOverCapacity: fraction('Share of the instances that may run beyond their number, 0..1.'),
  })
  .meta({ id: 'UpgradeStrategy', description: 'Both numbers are required.' });

export const unreachableStrategy = z
  .union(
    [
      z.string().meta({ title: 'Never', examples: ['disabled'] }),
      z
        .object({
          inactiveAfterSeconds: z
            .int()
            .min(0)
            .optional()
            .meta({ description: 'Replaced after that; at most `expungeAfterSeconds`.' }),
          expungeAfterSeconds: z
            .int()
            .min(0)
            .optional()
            .meta({ description: 'Forgotten after that, and killed should it come back.' }),
        })
        .meta({ title: 'Times' }),
    ],
    { error: 'error.expected.jsobject' },
  )
  .meta({
    id: 'UnreachableStrategy',
    description:
      'When instances on an unreachable agent are replaced and forgotten, or `"disabled"`.',
    examples: ['disabled', { inactiveAfterSeconds: 0, expungeAfterSeconds: 0 }],
  });

export const envValue = z
  .union(
    [
      z.string().meta({ title: 'Text' }),
      z
        .object({ secret: z.string().meta({ description: 'Key in `secrets`.' }) })
        .meta({ title: 'Secret' }),
    ],
    { error: 'error.expected.jsstring' },
  )
  .meta({ description: 'Text, or the key of a secret.' });

const strings = (description: string) =>
  z.array(z.string()).max(LIST_MAX).optional().meta({ description });

/** Everything but `id`, which only a complete document needs. Order of marathon-api 5.1. */
const fields = {
  acceptedResourceRoles: strings('Roles whose resources may be used; not empty.'),
  args: strings('Program and arguments, without a shell. Either `cmd` or `args`.'),
  backoffFactor: z
    .number()
    .min(1)
    .optional()
    .meta({ description: 'How much the launch delay grows with each failure.' }),
  backoffSeconds: count()
    .optional()
    .meta({ description: 'Launch delay after the first failure, in seconds.' }),
  cmd: z
    .string()
    .min(1)
    .optional()
    .meta({
      description: 'What the shell runs, at least two characters. Either `cmd` or `args`.',
      examples: ['./serve -p $PORT0'],
    }),
  constraints: z
    .array(z.array(z.string()))
    .max(LIST_MAX)
    .optional()
    .meta({
      description:
        'Field, operator and value. The field is `hostname`, `@region`, `@zone` or an attribute of ' +
        'the agent. Must hold: `UNIQUE`, `CLUSTER`, `GROUP_BY`, `LIKE`, `UNLIKE`, `MAX_PER`, `IS`. ' +
        '`SPREAD` (no value) spreads as evenly as can be and never keeps an instance waiting.',
      examples: [[['hostname', 'UNIQUE']], [['@zone', 'SPREAD']]],
    }),
  container: container.optional(),
  cpus: amount(0.001).optional().meta({ description: 'Cores.' }),
  dependencies: z.array(pathId()).max(LIST_MAX).optional().meta({
    description: 'Apps and groups that have to be up before this app starts.',
  }),
  dependencyRules: dependencyRules().optional(),
  disk: amount().optional().meta({ description: 'MiB.' }),
  env: z
    .record(z.string(), envValue)
    .optional()
    .meta({ description: 'Environment.', examples: [{ GREETING: 'hello' }] }),
  executor: z.string().optional().meta({ description: 'Kept for compatibility.' }),
  executorResources: executorResources.optional(),
  fetch: z
    .array(artifact)
    .max(LIST_MAX)
    .optional()
    .meta({ description: 'Files that are put into the sandbox before the start.' }),
  healthChecks: z
    .array(healthCheck)
    .max(LIST_MAX)
    .optional()
    .meta({ description: 'How to find out whether an instance is well. All have to agree.' }),
  check: appCheck.optional(),
  instances: count().optional().meta({ description: 'How many are to run.' }),
  labels: labels().optional().meta({ description: 'For selection and for other tools.' }),
  maxLaunchDelaySeconds: count()
    .optional()
    .meta({ description: 'The launch delay never exceeds this many seconds.' }),
  mem: amount().optional().meta({ description: 'MiB.' }),
  gpus: count().optional().meta({ description: 'Graphics processors.' }),
  ipAddress: ipAddress.optional(),
  networks: z
    .array(network)
    .max(LIST_MAX)
    .optional()
    .meta({ description: 'One of the host or of a bridge, or any number of named ones.' }),
  ports: z
    .array(z.int32())
    .max(LIST_MAX)
    .optional()
    .meta({ deprecated: true, description: 'Use `portDefinitions`.' }),
  portDefinitions: z.array(portDefinition).max(LIST_MAX).optional().meta({
    description: 'Host networking only; `[]` = no ports.',
  }),
  readinessChecks: z.array(readinessCheck).optional().meta({ description: 'At most one.' }),
  residency: z
    .object({
      relaunchEscalationTimeoutSeconds: z
        .int()
        .min(0)
        .optional()
        .meta({ description: 'Without effect.' }),
      taskLostBehavior: caselessEnum(['WAIT_FOREVER', 'RELAUNCH_AFTER_TIMEOUT'])
        .optional()
        .meta({ description: 'Without effect.' }),
    })
    .optional()
    .meta({ deprecated: true, description: 'Accepted; has no effect.' }),
  resourceLimits: z
    .object({
      cpus: limit('Cores, or `"unlimited"`.'),
      mem: limit('MiB, or `"unlimited"`.'),
    })
    .optional()
    .meta({ description: 'At least what is requested, or `"unlimited"`.' }),
  requirePorts: z
    .boolean()
    .optional()
    .meta({ description: 'Service ports are the ports on the host, too. Host networking only.' }),
  secrets: z
    .record(
      z.string(),
      z.object({
        source: z.string().min(1).meta({ description: 'Where the secret comes from.' }),
      }),
    )
    .optional()
    .meta({ description: 'Names for secrets, used by `env` and volumes.' }),
  taskKillGracePeriodSeconds: count()
    .optional()
    .meta({ description: 'Seconds between SIGTERM and SIGKILL.' }),
  upgradeStrategy: upgradeStrategy.optional(),
  uris: strings('Use `fetch`.').meta({ deprecated: true, description: 'Use `fetch`.' }),
  user: z.string().optional().meta({ description: 'Operating system user of the tasks.' }),
  version: timestamp().optional().meta({
    description:
      'Ignored on creation. Alone (or beside `id`) in an update: restores that stored version.',
  }),
  versionInfo: z
    .object({
      lastScalingAt: timestamp()
        .optional()
        .meta({ description: 'When the number of instances last changed.' }),
      lastConfigChangeAt: timestamp()
        .optional()
        .meta({ description: 'When anything else last changed, or it was restarted.' }),
    })
    .optional()
    .meta({
      readOnly: true,
      description:
        'Set by the service. A document that carries it has been shown: its `version` is not looked at.',
    }),
  killSelection: caselessEnum(['YOUNGEST_FIRST', 'OLDEST_FIRST'])
    .optional()
    .meta({ description: 'Which instances go first when there are too many.' }),
  unreachableStrategy: unreachableStrategy.optional(),
  priority: z
    .int()
    .min(0)
    .max(1_000_000)
    .optional()
    .meta({
      description:
        'The higher, the earlier it is placed. Where it fits nowhere, instances of a lower priority ' +
        'get notice and make room, as far as their `minimumHealthCapacity` allows. 0 unless it is given.',
      examples: [10],
    }),
  tty: z.boolean().optional().meta({ description: 'Give it a terminal.' }),
  role: z.string().min(1).optional().meta({ description: 'Role whose share the app uses.' }),
  rollout: rollout(),
};

const ID = 'Absolute path id: lower-case letters, digits, dashes and dots between slashes.';

/** A complete app as clients send it. */
export const app = z
  .object({ id: pathId().meta({ description: ID, examples: ['/shop/web'] }), ...fields })
  .meta({
    id: 'App',
    description: 'A long-running service. Unknown keys are ignored, `null` means not given.',
  });

/** A change of an app: only what is given is changed, each field as a whole. */
export const appUpdate = z
  .object({ id: pathId().optional().meta({ description: ID }), ...fields })
  .meta({
    id: 'AppUpdate',
    description:
      'Every field is optional; a field that is given replaces the stored one as a whole.',
  });

export const appList = z.array(app);

/** The id of each is required (by a rule of its own, with Marathon's text). */
export const appUpdateList = z.array(appUpdate);

export const taskIds = z
  .object({ ids: z.array(z.string()).meta({ description: 'Task ids.' }) })
  .meta({ id: 'TaskIds', description: 'Which tasks are meant.' });
