import { ok, SeededChance, type Millis } from '@ekiden/kernel';
import { z } from 'zod';

import { describeExplanation } from '../src/allocator/describe-explanation.js';
import type { RoleBooks } from '../src/allocator/index.js';
import { NO_RESOURCES, type Resources } from '../src/resources/index.js';
import { amountsJson, inSeconds } from './event-lines.js';
import { agentId, amounts, frameworkId, resources, role, seed, weight } from './fields.js';
import { operation, unless } from './operation.js';
import type { Operation, Refusal } from './operation.js';
import type { RoleShares } from './replay-event.js';

const explain = operation(
  z.strictObject({
    framework: frameworkId,
    role,
    agent: agentId,
    /** Whether one task of this size fits is told as well. */
    resources: amounts.exactOptional(),
  }),
  (world, { framework, role: under, agent, resources: shape }) => {
    const query = { framework, role: under, agent, now: world.now };
    const explanation = world.look((turn) =>
      turn.explain(shape === undefined ? query : { ...query, shape }),
    );
    const pair = { framework, role: under, agent };
    const { message, numbers } = describeExplanation(explanation, pair, showTime);
    return ok([{ event: 'explain', ...pair, gate: explanation.kind, message, numbers }]);
  },
);

const shares = operation(z.strictObject({}), (world) =>
  world.look((turn) => {
    const { filters, queued } = turn;
    return ok([{ event: 'shares', roles: byRole(turn.roles()), filters, queued }]);
  }),
);

/** A name alone is an active client. */
const client = z.preprocess(
  (value) => (typeof value === 'string' ? { name: value } : value),
  z.strictObject(
    { name: role, active: z.boolean().default(true) },
    { error: 'expected a name, or an object with name and active' },
  ),
);

/** A text alone is one allocation. */
const allocationsOf = z.preprocess(
  (value) => (typeof value === 'string' ? [value] : value),
  z.array(resources, { error: 'expected resources, or a list of them' }),
);

/** Orders clients as the allocator does: names, or paths of a role tree. */
const sort = operation(
  z.strictObject({
    sorter: z.enum(['drf', 'random', 'fifo'], { error: 'expected drf, random or fifo' }),
    /** In the order in which they were added. */
    clients: z.array(client),
    /** One entry per allocation: their number breaks ties. */
    allocations: z.record(role, allocationsOf).default({}),
    total: resources.default(NO_RESOURCES),
    weights: z.record(role, weight).default({}),
    fairnessExclude: z.array(z.string()).exactOptional(),
    seed: seed.exactOptional(),
  }),
  (world, { seed: own, allocations, weights, clients, fairnessExclude, ...query }) => {
    const all = clients.map(({ name, active }) => ({ path: name, active }));
    const excluded = fairnessExclude ?? world.settings.allocator.fairnessExclude;
    return unless(unknownClients(all, Object.keys(allocations)), () => [
      {
        event: 'sorted',
        clients: world.parts.sortClients({
          ...query,
          clients: all,
          allocations: new Map<string, readonly Resources[]>(Object.entries(allocations)),
          weights: new Map(Object.entries(weights)),
          ...(excluded !== undefined && { fairnessExclude: excluded }),
          chance: own === undefined ? world.random() : new SeededChance(own),
        }),
      },
    ]);
  },
);

export const questions: Readonly<Record<string, Operation>> = { explain, shares, sort };

function byRole(books: readonly RoleBooks[]): Readonly<Record<string, RoleShares>> {
  return Object.fromEntries(books.map((each) => [each.role, roleShares(each)]));
}

function roleShares(books: RoleBooks): RoleShares {
  const { share, weight, quota, consumed, reserved, allocated, frameworks } = books;
  return {
    share,
    weight,
    weightedShare: share / weight,
    ...(quota !== undefined && {
      guarantees: amountsJson(quota.guarantees),
      limits: amountsJson(quota.limits),
    }),
    consumed: amountsJson(consumed),
    reserved: amountsJson(reserved),
    allocated: amountsJson(allocated),
    frameworks: Object.fromEntries(frameworks.map((each) => [each.frameworkId, each.share])),
  };
}

function unknownClients(
  clients: readonly { readonly path: string }[],
  named: readonly string[],
): readonly Refusal[] {
  const known = new Set(clients.map((each) => each.path));
  const refusals: Refusal[] = named
    .filter((name) => !known.has(name))
    .map((name) => ({ path: `/allocations/${name}`, rule: 'is not among the clients' }));
  if (known.size < clients.length) {
    refusals.push({ path: '/clients', rule: 'a client is named twice' });
  }
  return refusals;
}

function showTime(at: Millis): string {
  return `${inSeconds(at)} s`;
}
