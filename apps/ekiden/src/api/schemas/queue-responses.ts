import { z } from 'zod';
import { amount, at, number, text, texts, yes } from './answer-fields.js';
import { pod } from './pod.js';
import { shownApp, taskFailure } from './responses.js';

const rejectSummary = (description: string) =>
  z
    .array(
      z.object({
        reason: text('Which rule refused.', 'InsufficientCpus'),
        declined: number('Offers that this rule refused.'),
        processed: number('Offers that came to this rule.'),
      }),
    )
    .meta({ description });

/** A resource or attribute of an agent; one of the four values says how much. */
export const offeredValue = z
  .object({
    name: text('Name of the resource or attribute.', 'cpus'),
    role: text('Role it is reserved for; `*` = anybody. Resources only.').optional(),
    scalar: amount('How much.').optional(),
    ranges: z
      .array(z.object({ begin: number('First.'), end: number('Last, included.') }))
      .optional()
      .meta({ description: 'Which numbers, e.g. ports.' }),
    set: texts('Which words.').optional(),
    text: text('Which word.').optional(),
  })
  .meta({ id: 'OfferedValue', description: 'A resource or an attribute of an agent.' });

const unusedOffer = z
  .object({
    offer: z
      .object({
        id: text('Id of the offer.'),
        hostname: text('Host it is of.', 'node1'),
        agentId: text('Agent it is of.'),
        resources: z.array(offeredValue).meta({ description: 'What was offered.' }),
        attributes: z.array(offeredValue).meta({ description: 'Attributes of the agent.' }),
      })
      .meta({ description: 'The offer.' }),
    reason: texts('Rules that refused it.'),
    timestamp: at('When it was looked at.'),
  })
  .meta({ id: 'UnusedOffer', description: 'An offer that was refused.' });

export const launchDelay = z
  .object({
    timeLeftSeconds: number('How long until the next launch may be tried.'),
    overdue: yes('Whether that time is over.'),
  })
  .meta({ id: 'LaunchDelay', description: 'The backoff after failures.' });

export const queueItem = z
  .object({
    count: number('Instances still to launch.'),
    role: text('Role they are launched in.'),
    delay: launchDelay,
    since: at('When the first of them began to wait.'),
    processedOffersSummary: z
      .object({
        processedOffersCount: number('Offers looked at since then.'),
        unusedOffersCount: number('Offers refused since then.'),
        lastUnusedOfferAt: at('When one was last refused.').optional(),
        lastUsedOfferAt: at('When one was last used.').optional(),
        rejectSummaryLastOffers: rejectSummary(
          'The last offer of each agent: how many each rule let through, in order of the rules.',
        ),
        rejectSummaryLaunchAttempt: rejectSummary('The same over all offers since then.'),
      })
      .meta({ description: 'What became of the offers.' }),
    lastUnusedOffers: z
      .array(unusedOffer)
      .optional()
      .meta({ description: 'With `lastUnusedOffers`: the last offer of each agent, if refused.' }),
    reasons: texts('With `reasons`: what holds it back as a whole.').optional(),
    app: shownApp
      .extend({ lastTaskFailure: taskFailure.optional() })
      .meta({ id: 'QueuedApp', description: 'The definition, and its last failure.' })
      .optional(),
    pod: pod.optional().meta({ description: 'Instead of `app`, where a pod waits.' }),
  })
  .meta({
    id: 'QueueItem',
    description: 'An app or a pod with instances that wait to be launched.',
  });
