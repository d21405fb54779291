import { z } from 'zod';
import { at, text } from './answer-fields.js';
import { timestamp } from './fields.js';

/** Some sixty years. */
const SECONDS_MAX = 2_000_000_000;

export const agentMaintenance = z
  .object({
    start: timestamp()
      .optional()
      .meta({
        description: 'When it begins. Absent = now.',
        examples: ['2021-03-04T05:06:07.080Z'],
      }),
    durationSeconds: z
      .number()
      .min(0.001)
      .max(SECONDS_MAX)
      .optional()
      .meta({ description: 'For how long. Absent = for good.', examples: [3_600] }),
  })
  .meta({ id: 'AgentMaintenance', description: 'When an agent is planned to be away.' });

const nanoseconds = (description: string) =>
  z
    .object({
      nanoseconds: z
        .number()
        .min(0)
        .refine((value) => value <= SECONDS_MAX * 2 * 1e9, { params: { code: 'error.max' } })
        .meta({ description: 'Since 1970, or how many.', examples: [1_614_834_367_080_000_000] }),
    })
    .meta({ description });

const machine = z
  .object({
    hostname: z
      .string()
      .min(1)
      .max(255)
      .meta({ description: 'Name of the host.', examples: ['node1'] }),
    ip: z.string().max(45).optional().meta({ description: 'Is not looked at.' }),
  })
  .meta({ id: 'Machine', description: 'A host by its name: all agents of this name are meant.' });

export const maintenanceSchedule = z
  .object({
    windows: z
      .array(
        z.object({
          machine_ids: z.array(machine).min(1).max(10_000).meta({ description: 'Which hosts.' }),
          unavailability: z
            .object({
              start: nanoseconds('When it begins.'),
              duration: nanoseconds('For how long. Absent = for good.').optional(),
            })
            .meta({ description: 'When they are away.' }),
        }),
      )
      .max(10_000)
      .meta({ description: 'Each host stands in one of them at most.' }),
  })
  .meta({ id: 'MaintenanceSchedule', description: "What is planned, in the form of Mesos's API." });

export const maintenanceStatus = z
  .object({
    draining_machines: z
      .array(
        z.object({
          id: machine,
          statuses: z
            .array(
              z.object({
                framework_id: z
                  .object({ value: text('Id of the framework.') })
                  .meta({ description: 'Who was asked to leave.' }),
                status: z
                  .enum(['ACCEPT', 'DECLINE', 'UNKNOWN'])
                  .meta({ description: 'What it said; `UNKNOWN` before it has.' }),
                timestamp: at('When the host is away.').optional(),
              }),
            )
            .meta({ description: 'What those said that have something there.' }),
        }),
      )
      .meta({ description: 'Hosts with maintenance planned or under way.' }),
    down_machines: z.array(machine).meta({ description: 'Hosts within their window, and empty.' }),
  })
  .meta({
    id: 'MaintenanceStatus',
    description: 'How far hosts are on their way into maintenance.',
  });
