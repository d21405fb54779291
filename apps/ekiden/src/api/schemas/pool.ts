import { z } from 'zod';
import { timestamp } from './fields.js';
import { offeredValue } from './responses.js';

const amounts = () => z.record(z.string(), z.number());

const resourceObject = z
  .object({
    name: z.string(),
    type: z.enum(['SCALAR', 'RANGES', 'SET']),
    role: z.string(),
    scalar: z.object({ value: z.number() }).optional(),
    ranges: z.object({ range: z.array(z.object({ begin: z.int(), end: z.int() })) }).optional(),
    set: z.object({ item: z.array(z.string()) }).optional(),
  })
  .meta({ id: 'Resource', description: "One resource object, as Mesos's JSON shows it." });

const resources = z
  .object({
    text: z.string().meta({ examples: ['cpus:4;mem:8192;ports:[31000-32000]'] }),
    amounts: z.record(z.string(), z.union([z.number(), z.string()])).meta({
      description: 'By name, whatever they are reserved for; ranges and sets as text.',
    }),
    objects: z.array(resourceObject),
  })
  .meta({ id: 'Resources', description: "The same resources as Mesos's text, by name, as JSON." });

const unavailability = z.object({
  start: timestamp(),
  durationSeconds: z.number().optional().meta({ description: 'Absent = for good.' }),
});

const agentTask = z
  .object({
    id: z.string(),
    name: z.string().meta({ description: 'For apps their id.' }),
    frameworkId: z.string(),
    role: z.string(),
    state: z.string(),
    resources: z.string().meta({ examples: ['cpus:0.1;mem:64;ports:[31022-31022]'] }),
    launchedAt: timestamp(),
  })
  .meta({ id: 'AgentTask', description: 'A task on an agent that has not ended.' });

export const agent = z
  .object({
    id: z.string(),
    hostname: z.string(),
    attributes: z.array(offeredValue),
    domain: z.object({ region: z.string(), zone: z.string() }).optional(),
    state: z
      .enum(['active', 'deactivated', 'draining', 'drained', 'unreachable', 'unregistered'])
      .meta({
        description:
          '`unregistered`: not heard of since the election; `unreachable`: silent for too long. ' +
          'Only active agents get new tasks.',
      }),
    since: timestamp().optional().meta({ description: 'When that began, where it is known.' }),
    executors: z.array(z.string()).meta({
      description: 'Kinds of tasks it runs at this moment; `docker` only while its engine answers.',
    }),
    resources: z.object({
      total: resources,
      used: resources,
      offered: resources,
      free: resources,
    }),
    reservations: z.record(z.string(), resources).meta({
      description: 'What of the total is reserved, by role.',
    }),
    unavailability: unavailability.optional(),
    drain: z
      .object({
        state: z.enum(['DRAINING', 'DRAINED']),
        since: timestamp(),
        deadline: timestamp().meta({ description: 'What has not moved by then is killed.' }),
        markGone: z.boolean(),
        reason: z.string().optional(),
      })
      .optional(),
    taskCount: z.int().meta({ description: 'Tasks that have not ended, of all frameworks.' }),
  })
  .meta({ id: 'Agent', description: 'A host that can run tasks.' });

export const agentDetails = agent
  .extend({ tasks: z.array(agentTask) })
  .meta({ id: 'AgentDetails', description: 'An agent with its tasks.' });

export const agentDrain = z
  .object({
    deadlineSeconds: z
      .int()
      .min(0)
      .max(31_536_000)
      .optional()
      .meta({
        description: 'How long instances may take to move; then they are killed. Default: `3600`.',
        examples: [600],
      }),
    markGone: z.boolean().optional().meta({
      description: 'Once empty, the agent is given up: its id never comes back. Default: `false`.',
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
    id: z.string(),
    frameworkId: z.string(),
    framework: z.string().optional().meta({ description: 'Its name.' }),
    role: z.string(),
    agentId: z.string(),
    hostname: z.string(),
    resources,
    unavailability: unavailability.optional(),
    createdAt: timestamp(),
    leaseEnd: timestamp().optional().meta({
      description: 'Taken back then, unless it is answered or renewed.',
    }),
    wantedBack: z.boolean().optional().meta({ description: 'Somebody waits for what it holds.' }),
  })
  .meta({ id: 'Offer', description: 'Resources a framework has not answered for yet.' });

export const offerFacts = z
  .object({
    queuedAgents: z.int().meta({ description: 'Agents waiting to be looked at.' }),
    filters: z.int().meta({ description: 'Declines that stand.' }),
  })
  .meta({ id: 'OfferFacts', description: 'What the allocator is at.' });

export const role = z
  .object({
    role: z.string(),
    weight: z.number(),
    quota: z
      .object({ guarantees: amounts(), limits: amounts() })
      .nullable()
      .meta({ description: '`null`: nothing guaranteed, nothing limited.' }),
    consumed: amounts().meta({ description: 'What counts against the quota, subtree included.' }),
    reserved: amounts(),
    allocated: amounts().meta({ description: 'What is used or offered, subtree included.' }),
    share: z.number().meta({
      description: 'Dominant share of the whole pool, 0 to 1, before the weight.',
    }),
    frameworks: z.array(
      z.object({
        id: z.string(),
        name: z.string().optional(),
        share: z.number(),
        active: z.boolean().meta({ description: 'Whether it wants something at this moment.' }),
      }),
    ),
  })
  .meta({ id: 'Role', description: 'Who shares the pool, and how. Amounts in units.' });

const quantities = () =>
  z.record(z.string().regex(/^[A-Za-z][\w.-]*$/), z.number().min(0).max(1e9)).optional();

export const roleUpdate = z
  .object({
    weight: z
      .number()
      .min(0.001)
      .max(1e6)
      .optional()
      .meta({ description: 'Of its subtree among its siblings. Default: `1`.' }),
    quota: z
      .object({
        guarantees: quantities().meta({ description: 'Kept free for it. Absent name = 0.' }),
        limits: quantities().meta({ description: 'Never more than that. Absent = unlimited.' }),
      })
      .optional()
      .meta({ description: 'Replaces the whole quota; `null` removes it.' }),
  })
  .meta({ id: 'RoleUpdate', description: 'What is not given stays as it is.' });
