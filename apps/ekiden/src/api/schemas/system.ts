import { z } from 'zod';

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
