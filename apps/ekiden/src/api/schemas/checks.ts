import { z } from 'zod';
import { caselessEnum, count, port } from './fields.js';

const seconds = () => count().optional().meta({ description: 'Seconds.' });

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
    ]).optional(),
    path: z.string().optional().meta({ description: 'HTTP kinds; `/` where it is missing.' }),
    portIndex: port().optional().meta({
      description: 'Index into the ports of the app; 0 when there is no `port` either.',
    }),
    port: port().optional().meta({ description: 'A fixed port.' }),
    command: z.object({ value: z.string() }).optional().meta({
      description: 'With protocol `COMMAND`: what the shell runs; exit code 0 = healthy.',
    }),
    gracePeriodSeconds: count().optional().meta({
      description: 'Failures are ignored this long after the start. Seconds.',
    }),
    intervalSeconds: seconds(),
    timeoutSeconds: seconds(),
    maxConsecutiveFailures: count().optional().meta({
      description: 'The instance is replaced after this many; 0 = never.',
    }),
    delaySeconds: seconds(),
    ignoreHttp1xx: z.boolean().optional(),
    ipProtocol: caselessEnum(['IPv4', 'IPv6']).optional(),
  })
  .meta({ id: 'HealthCheck', examples: [{ protocol: 'HTTP', path: '/health', portIndex: 0 }] });

const httpCheck = z
  .object({
    portIndex: port().optional(),
    port: port().optional(),
    path: z.string().optional(),
    scheme: caselessEnum(['HTTP', 'HTTPS']).optional(),
  })
  .meta({ id: 'HttpCheck' });

const tcpCheck = z.object({ portIndex: port().optional(), port: port().optional() });

const execCheck = z.object({
  command: z
    .object({
      shell: z.string().min(1).optional(),
      argv: z.array(z.string()).min(1).optional(),
    })
    .meta({ description: 'Exactly one of the two.' }),
});

export const appCheck = z
  .object({
    http: httpCheck.optional(),
    tcp: tcpCheck.optional(),
    exec: execCheck.optional(),
    intervalSeconds: seconds(),
    timeoutSeconds: seconds(),
    delaySeconds: seconds(),
  })
  .meta({
    id: 'Check',
    description: 'A check whose result is shown and has no consequences. Exactly one kind.',
  });

export const readinessCheck = z
  .object({
    name: z.string().min(1).optional(),
    protocol: caselessEnum(['HTTP', 'HTTPS']).optional(),
    path: z.string().min(1).max(1024).optional(),
    portName: z.string().optional().meta({ description: 'Names a port of the app.' }),
    intervalSeconds: seconds(),
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
