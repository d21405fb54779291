import { ok, type AgentId } from '@ekiden/kernel';
import { z } from 'zod';

import type {
  AgentFacts,
  AllocatorEvent,
  Holding,
  Unavailability,
} from '../src/allocator/index.js';
import type { FrameworkId } from '../src/framework/index.js';
import type { Resources } from '../src/resources/index.js';
import {
  agentCapabilities,
  agentId,
  domain,
  frameworkId,
  resources,
  role,
  span,
  instant,
  unavailability,
} from './fields.js';
import { attributes } from './attribute-fields.js';
import { operation, refused, unless } from './operation.js';
import type { Operation, Outcome, Refusal } from './operation.js';
import type { AgentRecord, World } from './world.js';

/** By framework, then role. */
const used = z.record(frameworkId, z.record(role, resources));

const facts = {
  attributes: attributes.exactOptional(),
  domain: domain.exactOptional(),
  capabilities: agentCapabilities.exactOptional(),
};

const addAgent = operation(
  z.strictObject({
    id: agentId,
    hostname: z.string().min(1).exactOptional(),
    resources,
    ...facts,
    active: z.boolean().default(true),
    used: used.default({}),
    unavailability: unavailability.exactOptional(),
  }),
  (world, fields) => {
    const { id, hostname = id, resources: total, attributes: words = [], active, ...rest } = fields;
    if (world.agents.has(id)) return refused('is known already', '/id');
    const { used: given, unavailability: window, ...described } = rest;
    const agent: AgentFacts = { id, hostname, attributes: words, total, ...described };
    const maintenance = window === undefined ? {} : { unavailability: window };
    const parts = holdings(given, id);
    const event = { kind: 'agentAdded' as const, agent, active, used: parts, ...maintenance };
    return ok(
      world.turn({
        reduce: [event],
        record: () => {
          world.agents.set(id, { facts: agent, active, ...maintenance });
          for (const part of parts) {
            if (world.ledger.used(part).length === 0) world.ledger.use(part);
          }
        },
      }),
    );
  },
);

/** `null` = as if never said. */
const updateAgent = operation(
  z.strictObject({
    id: agentId,
    hostname: z.string().min(1).exactOptional(),
    resources: resources.exactOptional(),
    attributes: facts.attributes,
    domain: domain.nullable().exactOptional(),
    capabilities: agentCapabilities.nullable().exactOptional(),
    /** Comes in addition to what is used, as with a resource provider that joins (AGT-08). */
    used: used.default({}),
  }),
  (world, { id, resources: total, used: given, domain: place, capabilities, ...changed }) =>
    withAgent(world, id, (record) => {
      const parts = holdings(given, id);
      const { domain: placeBefore, capabilities: before, ...kept } = record.facts;
      const [at, can] = [
        place === undefined ? placeBefore : place,
        capabilities === undefined ? before : capabilities,
      ];
      const agent: AgentFacts = {
        ...kept,
        ...changed,
        total: total ?? kept.total,
        ...(at !== undefined && at !== null && { domain: at }),
        ...(can !== undefined && can !== null && { capabilities: can }),
      };
      return unless(unknownFrameworks(world, parts), () =>
        world.turn({
          reduce: [
            { kind: 'agentChanged', agent },
            ...parts.map((part): AllocatorEvent => ({ kind: 'allocated', ...part })),
          ],
          record: () => {
            world.agents.set(id, { ...record, facts: agent });
            for (const part of parts) world.ledger.use(part);
          },
        }),
      );
    }),
);

const removeAgent = operation(z.strictObject({ id: agentId }), (world, { id }) =>
  withAgent(world, id, () =>
    ok(
      world.turn({
        rescinds: {
          offers: world.ledger.offers({ agentId: id }),
          reason: 'agent removed',
          gone: true,
        },
        reduce: [{ kind: 'agentRemoved', agentId: id }],
        record: () => {
          world.agents.delete(id);
          world.ledger.removeAgent(id);
        },
      }),
    ),
  ),
);

const deactivateAgent = operation(z.strictObject({ id: agentId }), (world, { id }) =>
  withAgent(world, id, (record) => {
    const offers = world.ledger.offers({ agentId: id });
    return ok(
      world.turn({
        rescinds: { offers, reason: 'agent deactivated' },
        reduce: [{ kind: 'agentDeactivated', agentId: id }],
        record: () => world.agents.set(id, { ...record, active: false }),
      }),
    );
  }),
);

const activateAgent = operation(z.strictObject({ id: agentId }), (world, { id }) =>
  withAgent(world, id, (record) =>
    ok(
      world.turn({
        reduce: [{ kind: 'agentActivated', agentId: id }],
        record: () => world.agents.set(id, { ...record, active: true }),
      }),
    ),
  ),
);

const letIn = operation(
  z.strictObject({ hostnames: z.array(z.string()).exactOptional() }),
  (world, fields) => ok(world.turn({ reduce: [{ kind: 'hostsLetIn', ...fields }] })),
);

const setUnavailability = operation(
  z.strictObject({
    id: agentId.exactOptional(),
    agent: agentId.exactOptional(),
    unavailability: unavailability.nullish(),
    startSeconds: instant.exactOptional(),
    durationSeconds: span.exactOptional(),
  }),
  (world, fields) => {
    const id = fields.id ?? fields.agent;
    if (id === undefined) return refused('expected the id of an agent', '/id');
    const { startSeconds: start, durationSeconds: duration } = fields;
    const flat =
      start === undefined ? undefined : { start, ...(duration !== undefined && { duration }) };
    return withAgent(world, id, (record) =>
      changeWindow(world, record, fields.unavailability ?? flat),
    );
  },
);

/** Outstanding offers do not say so, hence they are taken back and made again (ADM-10). */
function changeWindow(world: World, record: AgentRecord, window?: Unavailability): Outcome {
  const { id } = record.facts;
  const before = record.unavailability;
  const same = before?.start === window?.start && before?.duration === window?.duration;
  const offers = same ? [] : world.ledger.offers({ agentId: id });
  const maintenance = window === undefined ? {} : { unavailability: window };
  const { facts: agent, active } = record;
  return ok(
    world.turn({
      rescinds: { offers, reason: 'maintenance' },
      reduce: [{ kind: 'unavailabilityChanged', agentId: id, ...maintenance }],
      record: () => world.agents.set(id, { facts: agent, active, ...maintenance }),
    }),
  );
}

export const agentOperations: Readonly<Record<string, Operation>> = {
  addAgent,
  updateAgent,
  removeAgent,
  deactivateAgent,
  activateAgent,
  letIn,
  setUnavailability,
};

function withAgent(world: World, id: AgentId, act: (record: AgentRecord) => Outcome): Outcome {
  const record = world.agents.get(id);
  return record === undefined ? refused(`no agent ${id}`, '/id') : act(record);
}

function holdings(
  byFramework: Readonly<Record<FrameworkId, Readonly<Record<string, Resources>>>>,
  agent: AgentId,
): readonly Holding[] {
  return Object.entries(byFramework).flatMap(([framework, byRole]) =>
    Object.entries(byRole).map(([under, part]) => ({
      frameworkId: framework as FrameworkId,
      role: under,
      agentId: agent,
      resources: part,
    })),
  );
}

function unknownFrameworks(world: World, parts: readonly Holding[]): readonly Refusal[] {
  return parts
    .filter((part) => !world.frameworks.has(part.frameworkId))
    .map(({ frameworkId: id }) => ({ path: `/used/${id}`, rule: `no framework ${id}` }));
}
