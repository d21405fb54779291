import { z } from 'zod';
import { caselessEnum, count, port } from './fields.js';

const seconds = (what: string) =>
  count()
    .optional()
    .meta({ description: `${what}, in seconds.` });

export const healthCheck = z
  .object({
    protocol: caselessEnum([
      'HTTP',
      'HTTPS',
      'TCP',
      'COMMAND',
      'MESOS_HTTP',
      'MESOS_HTTPS',
      'MESOS_TCP',
      'GRPC',
    ])
      .optional()
      .meta({
        description:
          'How it is asked; `COMMAND` and `MESOS_*` where it runs, `GRPC` by `grpc.health.v1.Health/Check`.',
      }),
    path: z.string().optional().meta({ description: 'HTTP kinds; `/` where it is missing.' }),
    portIndex: port().optional().meta({
      description: 'Index into the ports of the app; 0 when there is no `port` either.',
    }),
    port: port().optional().meta({ description: 'A fixed port.' }),
    portName: z
      .string()
      .min(1)
      .optional()
      .meta({
        description: 'Name of a port of the app, instead of its index.',
        examples: ['http'],
      }),
    service: z
      .string()
      .min(1)
      .max(255)
      .optional()
      .meta({
        description: 'With protocol `GRPC`: the service asked for; absent = the whole server.',
        examples: ['shop.Cart'],
      }),
    command: z
      .object({ value: z.string().meta({ description: 'The command line.' }) })
      .optional()
      .meta({
        description: 'With protocol `COMMAND`: what the shell runs; exit code 0 = healthy.',
      }),
    gracePeriodSeconds: count().optional().meta({
      description: 'Failures are ignored this long after the start. Seconds.',
    }),
    intervalSeconds: seconds('From one look to the next'),
    timeoutSeconds: seconds('How long an answer may take'),
    maxConsecutiveFailures: count().optional().meta({
      description: 'The instance is replaced after this many; 0 = never.',
    }),
    delaySeconds: count().optional().meta({
      description:
        '`COMMAND` and `MESOS_*`: how long after the start it begins, in seconds; 15, the default, is not waited for.',
    }),
    ignoreHttp1xx: z
      .boolean()
      .optional()
      .meta({ description: 'Whether answers 100 to 199 say nothing, instead of ill.' }),
    ipProtocol: caselessEnum(['IPv4', 'IPv6'])
      .optional()
      .meta({ description: 'Which address is asked.' }),
  })
  .meta({
    id: 'HealthCheck',
    description: 'A way to find out whether an instance is well.',
    examples: [{ protocol: 'HTTP', path: '/health', portIndex: 0 }],
  });

const httpCheck = z
  .object({
    portIndex: port().optional().meta({ description: 'Index into the ports of the app.' }),
    port: port().optional().meta({ description: 'A fixed port.' }),
    path: z.string().optional().meta({ description: 'What is asked for.' }),
    scheme: caselessEnum(['HTTP', 'HTTPS'])
      .optional()
      .meta({ description: 'With or without TLS.' }),
  })
  .meta({ id: 'HttpCheck', description: 'Asks over HTTP.' });

const tcpCheck = z
  .object({
    portIndex: port().optional().meta({ description: 'Index into the ports of the app.' }),
    port: port().optional().meta({ description: 'A fixed port.' }),
  })
  .meta({ id: 'TcpCheck', description: 'Opens a connection.' });

/** What runs in checks and in containers of pods. */
export const command = z
  .object({
    shell: z
      .string()
      .min(1)
      .optional()
      .meta({ description: 'A line for the shell.', examples: ['./serve'] }),
    argv: z
      .array(z.string())
      .min(1)
      .optional()
      .meta({ description: 'A program and its arguments, without a shell.' }),
  })
  .refine(({ shell, argv }) => (shell === undefined) !== (argv === undefined), {
    params: { code: 'exactly one of shell and argv is expected' },
  })
  .meta({ id: 'Command', description: 'Exactly one of the two.' });

const execCheck = z
  .object({ command })
  .meta({ id: 'ExecCheck', description: 'Runs a command; exit code 0 is good.' });

export const appCheck = z
  .object({
    http: httpCheck.optional(),
    tcp: tcpCheck.optional(),
    exec: execCheck.optional(),
    intervalSeconds: seconds('From one look to the next'),
    timeoutSeconds: seconds('How long an answer may take'),
    delaySeconds: seconds('How long after the start it begins'),
  })
  .meta({
    id: 'Check',
    description: 'A check whose result is shown and has no consequences. Exactly one kind.',
  });

export const readinessCheck = z
  .object({
    name: z.string().min(1).optional().meta({ description: 'Shown with its results.' }),
    protocol: caselessEnum(['HTTP', 'HTTPS'])
      .optional()
      .meta({ description: 'With or without TLS.' }),
    path: z.string().min(1).max(1024).optional().meta({ description: 'What is asked for.' }),
    portName: z.string().optional().meta({ description: 'Names a port of the app.' }),
    intervalSeconds: seconds('From one look to the next'),
    timeoutSeconds: z.int32().min(1).optional().meta({
      description: 'Seconds, less than the interval.',
    }),
    httpStatusCodesForReady: z
      .array(z.int32())
      .min(1)
      .optional()
      .meta({ description: 'Statuses that mean ready.' }),
    preserveLastResponse: z.boolean().optional().meta({ description: 'Show the last response.' }),
  })
  .meta({
    id: 'ReadinessCheck',
    description: 'Holds a deployment back until an instance is ready to serve.',
  });
