import { z } from 'zod';
import { ADJUSTABLE_LEVELS } from '../../ports/index.js';
import { caselessEnum } from './fields.js';

const values = z
  .record(z.string(), z.record(z.string(), z.union([z.number(), z.string()])))
  .describe('Values by name.');

/** What was measured (marathon-api 11.3). */
export const metrics = z
  .object({
    version: z.literal('4.0.0').describe('Of this form.'),
    gauges: values.describe('What is: `value`.'),
    counters: values.describe('What has happened since the start: `count`.'),
    histograms: values.describe('How values of late are spread: `p50`, `p99`, ...'),
    meters: values.describe('How often something happens per second: `m1_rate`, ...'),
    timers: values.describe('How long something takes, in seconds, and how often it happens.'),
  })
  .meta({ id: 'Metrics', description: 'Measurements of this process.' });

/** A change of how much is logged (marathon-api 4.9). */
export const logLevel = z
  .object({
    level: caselessEnum(ADJUSTABLE_LEVELS).describe('The least serious message to log.'),
    logger: z
      .string()
      .min(1)
      .describe('Whose: `ROOT`, or a part of the service, as `GET /logging` lists them.')
      .meta({ examples: ['ekiden.http'] }),
    durationSeconds: z
      .int()
      .min(1)
      .max(604_800)
      .optional()
      .describe('For how long; after it the former level is back. Absent: for good.')
      .meta({ examples: [30] }),
  })
  .meta({ id: 'LogLevel', description: 'How much one part of the service logs.' });

/** Loggers and their levels. */
export const logLevels = z
  .record(z.string(), z.string())
  .describe('Level by name; `(inherited)` follows that of the root.')
  .meta({ id: 'LogLevels' });

/** The settings in force (marathon-api 4.9). */
export const config = z
  .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))
  .describe('Value by name of the environment variable; `null`: nothing was said.')
  .meta({ id: 'Config' });

/** Plugins, of which there are none. */
export const plugin = z
  .object({
    id: z.string().describe('Name of the plugin.'),
    plugin: z.string().describe('What kind of plugin it is.'),
    implementation: z.string().describe('What implements it.'),
  })
  .meta({ id: 'Plugin', description: 'An extension; there are none.' });
