import { z } from 'zod';
import { caselessEnum } from './fields.js';

const DAY = 86_400;
const WEEK = 7 * DAY;
const HOOKS_MAX = 20;
const STEPS_MAX = 20;
const WORDS_MAX = 100;
const TEXT_MAX = 1_024;

const STRATEGIES = ['rolling', 'blueGreen', 'canary', 'serial'] as const;

export const rolloutStrategy = () => caselessEnum(STRATEGIES);

const seconds = (least: number, most: number, description: string) =>
  z.int().min(least).max(most).optional().meta({ description });

const blueGreen = z
  .object({
    previewInstances: z.int32().min(1).max(1_000_000).optional().meta({
      description:
        'How many of each app start before promotion; absent = all. Room for all is kept either way.',
    }),
    promotion: caselessEnum(['manual', 'automatic'])
      .optional()
      .meta({ description: 'Whether it waits for somebody to promote it.' }),
    promotionDeadlineSeconds: seconds(1, WEEK, 'Not promoted by then, it is aborted.'),
    holdSeconds: seconds(
      0,
      WEEK,
      'How long the old version is kept warm after promotion, for an instant undo; of `canary` too.',
    ),
  })
  .meta({
    id: 'RolloutBlueGreen',
    description: 'The new version starts beside the old one and takes over in one route change.',
  });

const canaryStep = z
  .object({
    weight: z.int().min(1).max(100).meta({
      description: 'Per cent of what comes to the stable ports that the new version gets.',
    }),
    pauseSeconds: seconds(0, WEEK, 'Goes on after that. Either this or `gate`.'),
    gate: caselessEnum(['manual'])
      .optional()
      .meta({ description: 'Goes on when somebody promotes it. Either this or `pauseSeconds`.' }),
  })
  .meta({ id: 'RolloutCanaryStep', description: 'A share, and how long it stays at it.' });

const canary = z
  .object({
    steps: z
      .array(canaryStep)
      .max(STEPS_MAX)
      .optional()
      .meta({
        description: 'Ascending weights; at least one with strategy `canary`.',
        examples: [
          [
            { weight: 10, pauseSeconds: 60 },
            { weight: 50, gate: 'manual' },
          ],
        ],
      }),
  })
  .meta({ id: 'RolloutCanary', description: 'The new version gets a growing share.' });

const PERCENT_MAX = 100;

const percent = (description: string) =>
  z.number().min(0).max(PERCENT_MAX).optional().meta({ description });

const abortOn = z
  .object({
    windowSeconds: seconds(5, 3_600, 'How far back is looked.'),
    minRequests: z.int().min(1).max(1_000_000).optional().meta({
      description: 'Of fewer requests of a version within the window nothing is concluded.',
    }),
    errorPercent: percent(
      'More of its requests may not fail (a status of 5xx, no answer), whatever the old version does.',
    ),
    errorPercentOverOld: percent(
      'Percentage points by which it may fail more often than the old version; 100 = never looked at.',
    ),
    latencyMs: z.number().min(1).max(86_400_000).optional().meta({
      description: 'Its mean time to the head of a response may not be longer.',
    }),
    latencyTimesOld: z.number().min(1).max(1_000).optional().meta({
      description:
        'The same as a multiple of that of the old version; differences below 10 ms are none.',
    }),
  })
  .meta({
    id: 'RolloutAbortOn',
    description: 'Bounds of what routers count; a bound that is not there is not looked at.',
    examples: [{ errorPercentOverOld: 2, latencyTimesOld: 1.5 }],
  });

const serial = z
  .object({
    order: caselessEnum(['ascending', 'descending'])
      .optional()
      .meta({ description: 'By slot: the number each instance keeps.' }),
  })
  .meta({
    id: 'RolloutSerial',
    description: 'One instance after the other, each on the agent and with the volumes it had.',
  });

const hookCall = z
  .object({
    url: z
      .string()
      .min(1)
      .max(TEXT_MAX)
      .meta({ description: 'http or https.', examples: ['http://smoke.example.com/run'] }),
    expect: z
      .int()
      .min(100)
      .max(599)
      .optional()
      .meta({ description: 'Status that counts as success.' }),
  })
  .meta({
    id: 'RolloutHookCall',
    description: 'POSTed at least once, with one idempotency key for all attempts.',
    examples: [{ url: 'http://smoke.example.com/run' }],
  });

const hook = z
  .object({
    at: caselessEnum([
      'beforeStart',
      'afterReady',
      'beforePromote',
      'afterPromote',
      'beforeStop',
      'afterStop',
    ]).meta({
      description:
        'When: once per instance with strategy `serial`, once per deployment with the others. ' +
        'Promotion is there with `blueGreen` and `canary` only.',
    }),
    http: hookCall.optional().meta({ description: 'Either this or `command`.' }),
    command: z
      .array(z.string().max(TEXT_MAX))
      .max(WORDS_MAX)
      .optional()
      .meta({
        description:
          'Program and arguments, run as a task of its own with the image or sandbox of the new ' +
          'version. Either this or `http`.',
        examples: [['./migrate', 'up']],
      }),
    timeoutSeconds: seconds(1, DAY, 'Longer than that is a failure.'),
    onFailure: caselessEnum(['abort', 'ignore'])
      .optional()
      .meta({ description: 'Whether its failure ends the deployment.' }),
  })
  .meta({
    id: 'RolloutHook',
    description: 'A call or a command at a moment of a rollout.',
    examples: [{ at: 'beforePromote', http: { url: 'http://smoke.example.com/run' } }],
  });

const rolloutFields = z
  .object({
    strategy: rolloutStrategy()
      .optional()
      .meta({
        description:
          '`rolling`: by `upgradeStrategy`. `blueGreen`: beside the old version, then switched at ' +
          'once. `canary`: with a growing share. `serial`: one instance after the other.',
      }),
    progressDeadlineSeconds: seconds(
      1,
      WEEK,
      'Without progress for so long, `onFailure` happens. Never shorter than the grace of health checks.',
    ),
    onFailure: caselessEnum(['pause', 'rollback'])
      .optional()
      .meta({ description: 'Wait for somebody, or bring the old version back.' }),
    twin: z
      .boolean()
      .optional()
      .meta({
        description:
          'Of an app in a group with `blueGreen` or `canary`: `false` = it never runs twice, and is ' +
          'replaced once the others are promoted.',
      }),
    drainSeconds: seconds(
      0,
      DAY,
      'How long requests under way may go on once an instance has left the routes, before SIGTERM.',
    ),
    blueGreen: blueGreen.optional().meta({ description: 'With `blueGreen`, and with `canary`.' }),
    canary: canary.optional().meta({ description: 'With `canary`.' }),
    abortOn: abortOn.optional().meta({
      description:
        'With `blueGreen` and `canary`: when `onFailure` happens for what the router counts of a ' +
        'new version that is given traffic.',
    }),
    serial: serial.optional().meta({ description: 'With `serial`.' }),
    hooks: z
      .array(hook)
      .max(HOOKS_MAX)
      .optional()
      .meta({ description: 'In this order where they share a moment.' }),
  })
  .meta({
    id: 'Rollout',
    description:
      'How a new version takes the place of the old one. Without any: by `upgradeStrategy` alone. ' +
      'It restarts nothing itself. The nearest one counts: that of the app, else of the closest ' +
      'group around it.',
    examples: [{ strategy: 'blueGreen', blueGreen: { promotion: 'automatic' } }],
  });

/** As shown: with every default in place. */
export const shownRollout = rolloutFields;

/** Of an app, a pod or a group. */
export const rollout = () =>
  rolloutFields
    .nullable()
    .optional()
    .meta({
      description:
        'How a new version takes the place of the old one. Absent in an update = as it is, also ' +
        'where the document is complete; `null` = none.',
    });
