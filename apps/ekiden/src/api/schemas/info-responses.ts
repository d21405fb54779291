import { z } from 'zod';
import { text, yes } from './answer-fields.js';

const settings = (description: string) =>
  z
    .record(z.string(), z.unknown().meta({ description: 'The value; `null` = not set.' }))
    .meta({ description });

const port = () => z.int().min(0).max(65_535);

export const info = z
  .object({
    name: text('Name under which tools know such a service.', 'marathon'),
    version: text('Version of the API that is spoken; tools compare it.', '1.11.0'),
    buildref: text('Version of Ekiden.', 'ekiden-0.1.0'),
    elected: yes('Whether this node leads.'),
    leader: z
      .string()
      .nullable()
      .meta({
        description: '`host:port` of the leader; `null` = none.',
        examples: ['node1:8080'],
      }),
    frameworkId: z.string().nullable().meta({
      description: 'Id within the resource core; `null` before the first election.',
    }),
    marathon_config: settings('Settings by the names that tools know.'),
    zookeeper_config: settings('Kept for tools that read it; nothing is set.'),
    http_config: z
      .object({
        http_port: port().meta({ description: 'Where it listens.' }),
        https_port: port().nullable().meta({ description: '`null` = not at all.' }),
      })
      .meta({ description: 'How it is reached.' }),
  })
  .meta({ id: 'Info', description: 'What this service is.' });
