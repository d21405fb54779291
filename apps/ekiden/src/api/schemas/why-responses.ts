import { z } from 'zod';
import { CAUSE_KINDS } from '../../core/why/index.js';
import { amount, at, number, text, texts } from './answer-fields.js';
import { launchDelay } from './queue-responses.js';
import { taskFailure } from './responses.js';

const cause = z
  .object({
    kind: z.enum(CAUSE_KINDS).meta({ description: 'What sort of thing it is.' }),
    message: text('A sentence.', '3 of 5 agents lack 0.5 cpus; 2 are being drained'),
    since: at('Since when, where it is known.').optional(),
    until: at('When something happens to it by itself, at the latest.').optional(),
  })
  .meta({ id: 'WhyCause', description: 'One thing that holds instances back.' });

const edit = z
  .object({
    kind: z
      .enum(['resource', 'removeConstraint', 'anyHostPort', 'anyResourceRole'])
      .meta({ description: 'What to do to the definition.' }),
    message: text('The same for people.', 'cpus 1.5 instead of 2'),
    name: text('Which resource.', 'cpus').optional(),
    from: amount('What it is, or the host port that is asked for.').optional(),
    to: amount('What it could be.').optional(),
    constraint: texts('The constraint to leave out.').optional(),
  })
  .meta({ id: 'WhyEdit', description: 'One edit of a definition.' });

const change = z
  .object({
    kind: z
      .enum(['definition', 'activateAgent', 'addAgent', 'scale'])
      .meta({ description: 'Of the definition, of an agent, a new agent, or fewer instances.' }),
    message: text('What it would be.', 'cpus 1.5 instead of 2 (fits on node3)'),
    edits: z.array(edit).optional().meta({ description: 'Of the definition, all together.' }),
    agentId: text('Where it fits then.').optional(),
    hostname: text('Name of that host.', 'node3').optional(),
    instances: number('How many instances are wanted then.').optional(),
  })
  .meta({ id: 'WhyChange', description: 'Something that would let one more instance run.' });

const placement = z
  .object({
    sentence: text(
      'What all agents say to one more instance.',
      '3 of 5 agents lack 0.5 cpus; 2 are on rack r1 where GROUP_BY allows no more',
    ),
    agents: number('How many agents there are.'),
    groups: z
      .array(
        z.object({
          count: number('Agents that say so.'),
          says: text('What they say.', 'lack 0.5 cpus'),
          hosts: texts('Names of the first five.'),
        }),
      )
      .meta({ description: 'Each agent is in exactly one; largest first.' }),
    nearest: z
      .object({
        agentId: text('Id of the agent.'),
        hostname: text('Name of its host.', 'node3'),
        lacks: texts('What speaks against it.'),
      })
      .optional()
      .meta({ description: 'The agent that comes nearest to taking one.' }),
    changes: z.array(change).meta({
      description:
        'The smallest changes that would let one more run, at most three. Each was tried.',
    }),
  })
  .meta({ id: 'WhyPlacement', description: 'Why instances find no place.' });

const lastFailure = taskFailure
  .extend({
    exitCode: z
      .int()
      .optional()
      .meta({ description: 'Of its process.', examples: [1] }),
    output: texts('The last lines it wrote, at most 20, where they are kept.').optional(),
  })
  .meta({ id: 'WhyFailure', description: 'How a task ended badly last.' });

const whyPart = z
  .object({
    kind: z
      .enum(['app', 'pod', 'group', 'deployment', 'instance', 'task'])
      .meta({ description: 'What the id is of.' }),
    id: text('Id of what was asked about.', '/hello'),
    summary: text('The whole answer in one sentence.', 'all 3 instances run and are healthy'),
    counts: z
      .object({
        wanted: number('Instances that shall be.'),
        running: number('That run, of the present configuration.'),
        healthy: number('Of those, healthy by all checks, and ready.'),
        waiting: number('That are not placed.'),
        old: number('That run still, of an earlier configuration, until they are replaced.'),
      })
      .optional()
      .meta({ description: 'Of an app or a pod.' }),
    waiting: number('Instances that are not placed.'),
    causes: z.array(cause).meta({ description: 'Gravest first; empty = nothing holds it back.' }),
    reasons: texts('The same as sentences alone.'),
    placement: placement.optional(),
    agents: z
      .array(
        z.object({
          agentId: text('Id of the agent.'),
          hostname: text('Name of the host.', 'node1'),
          refusals: texts('Why it cannot have an instance; empty = it can.'),
        }),
      )
      .meta({ description: 'What holds it back from each agent, the first hundred.' }),
    delay: launchDelay.optional(),
    lastFailure: lastFailure.optional(),
    app: text('App of the instance or task.', '/hello').optional(),
  })
  .meta({ id: 'WhyPart', description: 'Why one of several is not as it shall be.' });

export const why = whyPart
  .extend({
    parts: z
      .array(whyPart)
      .optional()
      .meta({ description: 'Of a group or deployment: what is not well, the worst first.' }),
    more: number('How many more are not well.').optional(),
  })
  .meta({ id: 'Why', description: 'Why something is not as it shall be.' });
