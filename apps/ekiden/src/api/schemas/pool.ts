import { z } from 'zod';
import { amount, at, number, text, texts, yes } from './answer-fields.js';
import { offeredValue } from './queue-responses.js';

const amounts = (description: string) =>
  z
    .record(z.string(), amount('How much of it.'))
    .meta({ description, examples: [{ cpus: 4, mem: 8192 }] });

const resourceObject = z
  .object({
    name: text('Name of the resource.', 'cpus'),
    type: z.enum(['SCALAR', 'RANGES', 'SET']).meta({ description: 'Which of the three is there.' }),
    role: text('Role it is reserved for; `*` = anybody.'),
    scalar: z
      .object({ value: amount('The amount.') })
      .optional()
      .meta({ description: 'How much.' }),
    ranges: z
      .object({
        range: z
          .array(z.object({ begin: number('First.'), end: number('Last, included.') }))
          .meta({ description: 'In order.' }),
      })
      .optional()
      .meta({ description: 'Which numbers, e.g. ports.' }),
    set: z
      .object({ item: texts('The words.') })
      .optional()
      .meta({ description: 'Which words.' }),
  })
  .meta({ id: 'Resource', description: "One resource object, as Mesos's JSON shows it." });

const resources = z
  .object({
    text: text('As Mesos writes them.', 'cpus:4;mem:8192;ports:[31000-32000]'),
    amounts: z
      .record(
        z.string(),
        z.union([
          amount('How much.').meta({ title: 'Amount', description: 'How much.' }),
          z.string().meta({ title: 'Text', description: 'Ranges and sets.' }),
        ]),
      )
      .meta({ description: 'By name, whatever they are reserved for; ranges and sets as text.' }),
    objects: z.array(resourceObject).meta({ description: "As Mesos's JSON shows them." }),
  })
  .meta({ id: 'Resources', description: "The same resources as Mesos's text, by name, as JSON." });

const unavailability = z
  .object({
    start: at('When it begins.'),
    durationSeconds: amount('For how long. Absent = for good.').optional(),
  })
  .meta({ id: 'Unavailability', description: 'When the host is planned to be away.' });

const agentTask = z
  .object({
    id: text('Id of the task.'),
    name: text('For apps their id.', '/hello'),
    frameworkId: text('Framework that launched it.'),
    role: text('Role whose share it uses.'),
    state: text('What is known of it.', 'TASK_RUNNING'),
    resources: text('What it holds.', 'cpus:0.1;mem:64;ports:[31022-31022]'),
    launchedAt: at('When it was launched.'),
  })
  .meta({ id: 'AgentTask', description: 'A task on an agent that has not ended.' });

export const agent = z
  .object({
    id: text('Id of the agent.', 'agent-1'),
    hostname: text('Name of the host.', 'node1'),
    attributes: z.array(offeredValue).meta({ description: 'What constraints can ask for.' }),
    domain: z
      .object({ region: text('Region.'), zone: text('Zone within the region.') })
      .optional()
      .meta({ description: 'Where it stands, if that was told.' }),
    state: z
      .enum(['active', 'deactivated', 'draining', 'drained', 'unreachable', 'unregistered'])
      .meta({
        description:
          '`unregistered`: not heard of since the election; `unreachable`: silent for too long. ' +
          'Only active agents get new tasks.',
      }),
    since: at('When that began, where it is known.').optional(),
    executors: z.array(z.string()).meta({
      description: 'Kinds of tasks it runs at this moment; `docker` only while its engine answers.',
    }),
    resources: z
      .object({
        total: resources.meta({ description: 'In all.' }),
        used: resources.meta({ description: 'Held by tasks.' }),
        offered: resources.meta({ description: 'Offered at this moment.' }),
        free: resources.meta({ description: 'The rest.' }),
      })
      .meta({ description: 'What it has, and what of it is used.' }),
    reservations: z.record(z.string(), resources).meta({
      description: 'What of the total is reserved, by role.',
    }),
    unavailability: unavailability.optional(),
    drain: z
      .object({
        state: z.enum(['DRAINING', 'DRAINED']).meta({ description: 'Whether it is empty.' }),
        since: at('When it began.'),
        deadline: at('What has not moved by then is killed.'),
        markGone: yes('Whether its id is given up once it is empty.'),
        reason: text('For people.').optional(),
      })
      .optional()
      .meta({ description: 'Only while it is emptied, or kept empty.' }),
    moving: z
      .object({
        cause: z.enum(['drain', 'maintenance']).meta({ description: 'What it is left for.' }),
        left: number('Tasks still there, of all frameworks.'),
        of: number('Of a drain: tasks that were there when it began.').optional(),
        estimatedEnd: at('When it is empty, by the pace so far.').optional(),
        blocked: z
          .array(
            z.object({
              id: text('Id of the instance.'),
              reason: text('Why it cannot move yet.'),
            }),
          )
          .meta({ description: 'Instances that cannot move yet, the first twenty.' }),
      })
      .optional()
      .meta({ description: 'Only while it is left for a drain or maintenance.' }),
    taskCount: number('Tasks that have not ended, of all frameworks.'),
  })
  .meta({ id: 'Agent', description: 'A host that can run tasks.' });

export const agentDetails = agent
  .extend({ tasks: z.array(agentTask).meta({ description: 'Those that have not ended.' }) })
  .meta({ id: 'AgentDetails', description: 'An agent with its tasks.' });

/** What a drain that says nothing more is. */
export const DRAIN_DEFAULTS = { deadlineSeconds: 3_600, markGone: false } as const;

export const agentDrain = z
  .object({
    deadlineSeconds: z
      .int()
      .min(0)
      .max(31_536_000)
      .optional()
      .meta({
        description: 'How long instances may take to move; then they are killed.',
        examples: [600],
      }),
    markGone: z.boolean().optional().meta({
      description: 'Once empty, the agent is given up: its id never comes back.',
    }),
    reason: z
      .string()
      .max(1_000)
      .optional()
      .meta({ description: 'For people.', examples: ['new memory'] }),
  })
  .meta({ id: 'AgentDrain', description: 'How an agent is to be emptied.' });

export const offer = z
  .object({
    id: text('Id of the offer.'),
    frameworkId: text('To whom it is made.'),
    framework: text('Name of that framework.').optional(),
    role: text('Role it is made for.'),
    agentId: text('Id of the agent.'),
    hostname: text('Name of the host.', 'node1'),
    resources,
    unavailability: unavailability.optional(),
    createdAt: at('When it was made.'),
    leaseEnd: at('Taken back then, unless it is answered or renewed.').optional(),
    wantedBack: yes('Somebody waits for what it holds.').optional(),
  })
  .meta({ id: 'Offer', description: 'Resources a framework has not answered for yet.' });

export const offerFacts = z
  .object({
    queuedAgents: number('Agents waiting to be looked at.'),
    filters: number('Declines that stand.'),
  })
  .meta({ id: 'OfferFacts', description: 'What the allocator is at.' });

export const role = z
  .object({
    role: text('Name of the role.', 'eng'),
    weight: amount('Of its subtree among its siblings.'),
    quota: z
      .object({
        guarantees: amounts('Kept free for it.'),
        limits: amounts('Never more than that.'),
      })
      .nullable()
      .meta({ description: '`null`: nothing guaranteed, nothing limited.' }),
    consumed: amounts('What counts against the quota, subtree included.'),
    reserved: amounts('What is reserved for it.'),
    allocated: amounts('What is used or offered, subtree included.'),
    share: amount('Dominant share of the whole pool, 0 to 1, before the weight.'),
    frameworks: z
      .array(
        z.object({
          id: text('Id of the framework.'),
          name: text('Its name.', 'marathon').optional(),
          share: amount('Its dominant share of the whole pool, 0 to 1.'),
          active: yes('Whether it wants something at this moment.'),
        }),
      )
      .meta({ description: 'Who is in it.' }),
  })
  .meta({ id: 'Role', description: 'Who shares the pool, and how. Amounts in units.' });

const quantities = () =>
  z
    .record(
      z.string().regex(/^[A-Za-z][\w.-]*$/),
      z.number().min(0).max(1e9).meta({ description: 'How much of it.' }),
    )
    .optional();

export const roleUpdate = z
  .object({
    weight: z
      .number()
      .min(0.001)
      .max(1e6)
      .optional()
      .meta({ description: 'Of its subtree among its siblings; 1 until it is set.' }),
    quota: z
      .object({
        guarantees: quantities().meta({ description: 'Kept free for it. Absent name = 0.' }),
        limits: quantities().meta({ description: 'Never more than that. Absent = unlimited.' }),
      })
      .optional()
      .meta({ description: 'Replaces the whole quota; `null` removes it.' }),
  })
  .meta({ id: 'RoleUpdate', description: 'What is not given stays as it is.' });
