import { ok, type AgentId } from '@ekiden/kernel';
import { z } from 'zod';

import type { FrameworkFacts, Holding } from '../src/allocator/index.js';
import type { FrameworkId } from '../src/framework/index.js';
import type { Resources } from '../src/resources/index.js';
import { constraints } from './wish-fields.js';
import {
  agentId,
  frameworkCapabilities,
  frameworkId,
  minimum,
  resources,
  role,
  roles,
} from './fields.js';
import { operation, refused, unless } from './operation.js';
import type { Operation, Outcome, Refusal } from './operation.js';
import type { FrameworkRecord, World } from './world.js';

const wishes = {
  capabilities: frameworkCapabilities.exactOptional(),
  suppressed: roles.exactOptional(),
  minAllocatable: z.record(role, minimum).exactOptional(),
  offerConstraints: z.record(role, constraints).exactOptional(),
};

const addFramework = operation(
  z.strictObject({
    id: frameworkId,
    roles: roles.min(1, 'expected at least one role'),
    ...wishes,
    active: z.boolean().default(true),
    /** By agent, then role. */
    used: z.record(agentId, z.record(role, resources)).default({}),
  }),
  (world, { id, used, active, minAllocatable, ...rest }) => {
    // In a recording it is said again whenever something changes, and replaces all of it.
    const before = world.frameworks.get(id);
    if (before !== undefined && !world.verbatim) return refused('is known already', '/id');
    const least = minAllocatable === undefined ? {} : { minimumAllocatable: minAllocatable };
    const facts: FrameworkFacts = { frameworkId: id, ...rest, ...least };
    const parts = holdings(used, id);
    return unless(mistakes(facts), () =>
      world.turn({
        reduce: [{ kind: 'frameworkAdded', ...facts, active, used: parts }],
        record: () => {
          world.frameworks.set(id, { facts: lasting(facts), active, asks: before?.asks ?? [] });
          for (const part of parts) {
            const known = world.agents.has(part.agentId);
            if (known && world.ledger.used(part).length === 0) world.ledger.use(part);
          }
        },
      }),
    );
  },
);

const updateFramework = operation(
  z.strictObject({
    id: frameworkId,
    roles: roles.min(1, 'expected at least one role').exactOptional(),
    ...wishes,
  }),
  (world, { id, minAllocatable, ...changed }) =>
    withFramework(world, id, '/id', (record) => {
      const least = minAllocatable === undefined ? {} : { minimumAllocatable: minAllocatable };
      const { facts: before } = record;
      const kept = changed.roles === undefined ? before : pruned(before, changed.roles);
      const facts: FrameworkFacts = { ...kept, ...changed, ...least };
      return unless(mistakes(facts), () => change(world, record, facts));
    }),
);

function change(
  world: World,
  record: FrameworkRecord,
  facts: FrameworkFacts,
): ReturnType<World['turn']> {
  const { frameworkId: id, roles: subscribed } = facts;
  const offers = world.ledger
    .offers({ frameworkId: id })
    .filter((offer) => !subscribed.includes(offer.role));
  const asks = record.asks.filter((each) => subscribed.includes(each.role));
  return world.turn({
    rescinds: { offers, reason: 'role no longer subscribed' },
    reduce: [{ kind: 'frameworkAdded', ...facts, active: record.active }],
    record: () => world.frameworks.set(id, { ...record, facts: lasting(facts), asks }),
  });
}

const removeFramework = operation(z.strictObject({ id: frameworkId }), (world, { id }) =>
  withFramework(world, id, '/id', () =>
    ok(
      world.turn({
        rescinds: {
          offers: world.ledger.offers({ frameworkId: id }),
          reason: 'framework removed',
          gone: true,
        },
        reduce: [{ kind: 'frameworkRemoved', frameworkId: id }],
        record: () => {
          world.frameworks.delete(id);
          world.ledger.removeFramework(id);
        },
      }),
    ),
  ),
);

const deactivateFramework = operation(z.strictObject({ id: frameworkId }), (world, { id }) =>
  withFramework(world, id, '/id', (record) => {
    const offers = world.ledger.offers({ frameworkId: id });
    return ok(
      world.turn({
        rescinds: { offers, reason: 'framework deactivated' },
        reduce: [{ kind: 'frameworkDeactivated', frameworkId: id }],
        record: () => world.frameworks.set(id, { ...record, active: false }),
      }),
    );
  }),
);

const activateFramework = operation(z.strictObject({ id: frameworkId }), (world, { id }) =>
  withFramework(world, id, '/id', (record) =>
    ok(
      world.turn({
        reduce: [{ kind: 'frameworkActivated', frameworkId: id }],
        record: () => world.frameworks.set(id, { ...record, active: true }),
      }),
    ),
  ),
);

export const frameworkOperations: Readonly<Record<string, Operation>> = {
  addFramework,
  updateFramework,
  removeFramework,
  deactivateFramework,
  activateFramework,
};

export function withFramework(
  world: World,
  id: FrameworkId,
  path: string,
  act: (record: FrameworkRecord) => Outcome,
): Outcome {
  const record = world.frameworks.get(id);
  return record === undefined ? refused(`no framework ${id}`, path) : act(record);
}

/** Suppression is changed by other commands too, so it is never said again unasked. */
function lasting(facts: FrameworkFacts): FrameworkFacts {
  const { suppressed, ...rest } = facts;
  return rest;
}

/** Wishes for roles it is not subscribed to are mistakes, and so are roles named twice. */
function mistakes(facts: FrameworkFacts): readonly Refusal[] {
  const { roles: subscribed, suppressed = [], minimumAllocatable, offerConstraints } = facts;
  const found: Refusal[] = [];
  if (new Set(subscribed).size < subscribed.length) {
    found.push({ path: '/roles', rule: 'a role is named twice' });
  }
  const named: readonly (readonly [string, readonly string[]])[] = [
    ['/suppressed', suppressed],
    ['/minAllocatable', Object.keys(minimumAllocatable ?? {})],
    ['/offerConstraints', Object.keys(offerConstraints ?? {})],
  ];
  for (const [path, names] of named) {
    for (const name of names.filter((each) => !subscribed.includes(each))) {
      found.push({ path, rule: `${name} is not one of its roles` });
    }
  }
  return found;
}

/** With roles given anew, what was wished for before is kept only for those that stay. */
function pruned(facts: FrameworkFacts, subscribed: readonly string[]): FrameworkFacts {
  const { minimumAllocatable, offerConstraints, ...rest } = facts;
  const kept = (name: string): boolean => subscribed.includes(name);
  return {
    ...rest,
    ...(minimumAllocatable !== undefined && { minimumAllocatable: pick(minimumAllocatable, kept) }),
    ...(offerConstraints !== undefined && { offerConstraints: pick(offerConstraints, kept) }),
  };
}

function pick<T>(
  record: Readonly<Record<string, T>>,
  kept: (key: string) => boolean,
): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(record).filter(([key]) => kept(key)));
}

function holdings(
  byAgent: Readonly<Record<AgentId, Readonly<Record<string, Resources>>>>,
  id: FrameworkId,
): readonly Holding[] {
  return Object.entries(byAgent).flatMap(([agent, byRole]) =>
    Object.entries(byRole).map(([under, part]) => ({
      frameworkId: id,
      role: under,
      agentId: agent as AgentId,
      resources: part,
    })),
  );
}
