import { z } from 'zod';

import type { AllocatorEvent } from '../src/allocator/index.js';
import type { FrameworkId } from '../src/framework/index.js';
import { agentId, frameworkId, role, roles } from './fields.js';
import { withFramework } from './framework-operations.js';
import { operation, unless } from './operation.js';
import type { Operation, Outcome, Refusal } from './operation.js';
import { ask } from './wish-fields.js';
import type { FrameworkRecord, World } from './world.js';

const roleChoice = { framework: frameworkId, roles: roles.exactOptional() };

function demand(kind: 'suppressed' | 'unsuppressed' | 'revived'): Operation {
  return operation(z.strictObject(roleChoice), (world, { framework: id, roles: chosen }) =>
    withRoles(world, id, chosen, (which) => ({ kind, frameworkId: id, ...which })),
  );
}

const clearFilters = operation(
  z.strictObject({ ...roleChoice, agent: agentId.exactOptional() }),
  (world, { framework: id, roles: chosen, agent }) =>
    withRoles(world, id, chosen, (which) => ({
      kind: 'filtersCleared',
      frameworkId: id,
      ...which,
      ...(agent !== undefined && { agentId: agent }),
    })),
);

/**
 * Absolute for the role: what was asked for under it before is replaced. Without a role it is so
 * for the whole framework, and each ask names its own.
 */
const askFor = operation(
  z.strictObject({ framework: frameworkId, role: role.exactOptional(), asks: z.array(ask) }),
  (world, { framework: id, role: under, asks }) =>
    withFramework(world, id, '/framework', (record) => {
      const others = record.asks.filter((each) => under !== undefined && each.role !== under);
      const given = asks.map((each) => ({ ...each, role: each.role ?? under ?? '' }));
      const all = [...others, ...given];
      const named = new Set([
        ...(under === undefined ? [] : [under]),
        ...given.map((each) => each.role),
      ]);
      const wrong = world.verbatim ? [] : notSubscribed(record, [...named], '/role');
      return unless(wrong, () =>
        world.turn({
          reduce: [{ kind: 'askChanged', frameworkId: id, asks: all }],
          record: () => world.frameworks.set(id, { ...record, asks: all }),
        }),
      );
    }),
);

export const demandOperations: Readonly<Record<string, Operation>> = {
  suppress: demand('suppressed'),
  unsuppress: demand('unsuppressed'),
  revive: demand('revived'),
  clearFilters,
  ask: askFor,
};

function withRoles(
  world: World,
  id: FrameworkId,
  chosen: readonly string[] | undefined,
  event: (which: { readonly roles?: readonly string[] }) => AllocatorEvent,
): Outcome {
  return withFramework(world, id, '/framework', (record) =>
    unless(world.verbatim ? [] : notSubscribed(record, chosen ?? [], '/roles'), () =>
      world.turn({ reduce: [event(chosen === undefined ? {} : { roles: chosen })] }),
    ),
  );
}

function notSubscribed(
  record: FrameworkRecord,
  chosen: readonly string[],
  path: string,
): readonly Refusal[] {
  const { frameworkId: id, roles: subscribed } = record.facts;
  return chosen
    .filter((each) => !subscribed.includes(each))
    .map((each) => ({ path, rule: `${id} is not subscribed to ${each}` }));
}
