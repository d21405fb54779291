import { millis, ok } from '@ekiden/kernel';
import { z } from 'zod';

import { chargeable, offersToRescind } from '../src/allocator/rescind-for-quota.js';
import type { AllocatorEvent, Quota } from '../src/allocator/index.js';
import { quotaViolations } from '../src/master/index.js';
import {
  addQuantities,
  filterResources,
  isRevocable,
  NO_QUANTITIES,
  scalarQuantitiesOf,
  subtractQuantities,
  type Quantities,
} from '../src/resources/index.js';
import { instant, quotaFields, quotaOf, role, span, weight } from './fields.js';
import { operation, unless } from './operation.js';
import type { Operation } from './operation.js';
import { describeQuotaViolation } from './quota-texts.js';
import type { World } from './world.js';

/** Without guarantees and limits the role goes back to the default quota. */
const setQuota = operation(
  z.strictObject({ role, ...quotaFields, force: z.boolean().default(false) }),
  (world, { role: name, force, ...fields }) => {
    const quota = quotaOf(fields);
    const charged = world.look((turn) => turn.roles().find((each) => each.role === name));
    const consumed = charged?.consumed ?? NO_QUANTITIES;
    const offered = offeredWithin(world, name);
    const { quotas, verbatim } = world;
    const used = subtractQuantities(consumed, offered);
    const capacity = clusterTotal(world);
    const violations =
      quota === undefined || verbatim
        ? []
        : quotaViolations({ role: name, quota, quotas, capacity, used, force });
    return unless(
      violations.map((each) => ({ rule: describeQuotaViolation(name, each) })),
      () => {
        const offers =
          quota === undefined
            ? []
            : offersToRescind({ role: name, quota, consumed, offers: world.ledger.offers({}) });
        return world.turn({
          rescinds: { offers, reason: 'quota changed' },
          reduce: [quotaChanged(name, quota)],
          record: () => {
            keepQuota(world, name, quota);
          },
        });
      },
    );
  },
);

const setWeight = operation(z.strictObject({ role, weight }), (world, fields) =>
  ok(world.turn({ reduce: [{ kind: 'weightChanged', ...fields }] })),
);

/**
 * After a failover: with quotas nothing is offered before the expected part of the agents is back
 * or the time has come. The factor is the configured one (offer-core 2.7).
 */
const recoverQuota = operation(
  z.strictObject({
    expectedAgents: z.int({ error: 'expected a whole number' }).min(0).max(1e9),
    quotas: z.record(role, z.strictObject(quotaFields)).default({}),
    factor: z.number().min(0).max(1).exactOptional(),
    timeoutSeconds: span.exactOptional(),
    /** The same as a point in time on the replay's clock. */
    untilSeconds: instant.exactOptional(),
  }),
  (world, { expectedAgents, quotas, factor, timeoutSeconds, untilSeconds }) => {
    const { recovery } = world.settings;
    const agents = Math.floor(expectedAgents * (factor ?? recovery.factor) + ROUNDING);
    const until = untilSeconds ?? millis(world.now + (timeoutSeconds ?? recovery.timeout));
    const given = Object.entries(quotas).flatMap(([name, fields]) => {
      const quota = quotaOf(fields);
      return quota === undefined ? [] : [{ name, quota }];
    });
    const pause: readonly AllocatorEvent[] =
      agents > 0 && (given.length > 0 || world.quotas.size > 0 || world.verbatim)
        ? [{ kind: 'recoveryBegun', agents, until }]
        : [];
    return ok(
      world.turn({
        reduce: [...given.map(({ name, quota }) => quotaChanged(name, quota)), ...pause],
        record: () => {
          for (const { name, quota } of given) keepQuota(world, name, quota);
        },
      }),
    );
  },
);

/** 0.29 x 100 is 28.999.. in binary fractions; nobody means 28. */
const ROUNDING = 1e-9;

export const quotaOperations: Readonly<Record<string, Operation>> = {
  setQuota,
  setWeight,
  recoverQuota,
};

function quotaChanged(name: string, quota: Quota | undefined): AllocatorEvent {
  return { kind: 'quotaChanged', role: name, ...(quota !== undefined && { quota }) };
}

function keepQuota(world: World, name: string, quota: Quota | undefined): void {
  if (quota === undefined) world.quotas.delete(name);
  else world.quotas.set(name, quota);
}

function offeredWithin(world: World, name: string): Quantities {
  return world.ledger
    .offers({})
    .filter((offer) => offer.role === name || offer.role.startsWith(`${name}/`))
    .reduce((sum, offer) => addQuantities(sum, chargeable(offer.resources)), NO_QUANTITIES);
}

/** Inactive agents count as well: they are still there (offer-core 2.9). */
function clusterTotal(world: World): Quantities {
  let sum: Quantities = NO_QUANTITIES;
  for (const { facts } of world.agents.values()) {
    const lasting = filterResources(facts.total, (object) => !isRevocable(object));
    sum = addQuantities(sum, scalarQuantitiesOf(lasting));
  }
  return sum;
}
