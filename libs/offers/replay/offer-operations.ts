import { millis, ok, type Millis } from '@ekiden/kernel';
import { z } from 'zod';

import { filterDuration, type AllocatorEvent, type Holding } from '../src/allocator/index.js';
import {
  addResources,
  containsResources,
  formatResources,
  intersectResources,
  NO_RESOURCES,
  subtractResources,
  type Resources,
} from '../src/resources/index.js';
import { agentId, frameworkId, instant, refuseSeconds, resources, role } from './fields.js';
import type { Holder } from './ledger.js';
import { operation, refused, unless } from './operation.js';
import type { Operation, Outcome, Refusal } from './operation.js';
import type { World } from './world.js';

const holderFields = { framework: frameworkId, agent: agentId, role };

interface FilterFields {
  readonly refuseSeconds?: number | null | 'none';
  readonly untilSeconds?: Millis;
  readonly reason?: string;
}

const filterFields = {
  refuseSeconds: refuseSeconds.exactOptional(),
  /** An end on the replay's clock, which nothing bounds; recordings know it so. */
  untilSeconds: instant.exactOptional(),
  /** Why, in words that `explain` shows while the filter stands. */
  reason: z.string().exactOptional(),
};

/** Without `resources` every open offer is declined, each with a filter of its own. */
const decline = operation(
  z.strictObject({
    framework: frameworkId,
    agent: agentId,
    role: role.exactOptional(),
    resources: resources.exactOptional(),
    ...filterFields,
  }),
  (world, { framework, agent, role: under, resources: part, ...filter }) => {
    const which = {
      frameworkId: framework,
      agentId: agent,
      ...(under !== undefined && { role: under }),
    };
    const offers = world.ledger.offers(which);
    const end = filterOf(world, filter);
    if (part !== undefined) {
      const roles = under === undefined ? new Set(offers.map((each) => each.role)) : [under];
      return declinePart(
        world,
        [...roles].map((name) => ({ ...which, role: name })),
        part,
        end,
      );
    }
    if (offers.length === 0) return refused(`${framework} has no open offer on ${agent}`);
    return ok(
      world.turn({
        reduce: offers.map((offer) => givenBack(offer, end)),
        record: () => world.ledger.close(offers),
      }),
    );
  },
);

function declinePart(
  world: World,
  candidates: readonly Holder[],
  part: Resources,
  filter: Filter,
): Outcome {
  const holder = candidates.find((each) =>
    containsResources(givable(world, each, 'offered'), part),
  );
  if (holder === undefined || part.length === 0) {
    const there = candidates
      .map((each) => formatResources(givable(world, each, 'offered')))
      .join(' and ');
    return refused(`only ${there || 'nothing'} is offered there`, '/resources');
  }
  return ok(
    world.turn({
      reduce: [givenBack({ ...holder, resources: part }, filter)],
      record: () => {
        giveUp(world, { ...holder, resources: part }, 'offered');
      },
    }),
  );
}

/** A task ended: what it used comes back, without a filter. */
const recover = operation(
  z.strictObject({ ...holderFields, resources }),
  (world, { framework, agent, role: under, resources: part }) => {
    const holder: Holder = { frameworkId: framework, agentId: agent, role: under };
    const there = givable(world, holder, 'used');
    if (part.length === 0 || !containsResources(there, part)) {
      return refused(`only ${formatResources(there) || 'nothing'} is used there`, '/resources');
    }
    return ok(
      world.turn({
        reduce: [givenBack({ ...holder, resources: part }, {})],
        record: () => {
          giveUp(world, { ...holder, resources: part }, 'used');
        },
      }),
    );
  },
);

/** All open offers of a holder are accepted together; what is not used is declined. */
const accept = operation(
  z.strictObject({ ...holderFields, resources, ...filterFields }),
  (world, { framework, agent, role: under, resources: part, ...filter }) => {
    const holder: Holder = { frameworkId: framework, agentId: agent, role: under };
    const offered = world.ledger.offered(holder);
    if (!containsResources(offered, part) || offered.length === 0) {
      return refused(
        `only ${formatResources(offered) || 'nothing'} is offered there`,
        '/resources',
      );
    }
    const rest = subtractResources(offered, part);
    const end = filterOf(world, filter);
    return ok(
      world.turn({
        reduce: rest.length === 0 ? [] : [givenBack({ ...holder, resources: rest }, end)],
        record: () => {
          world.ledger.close(world.ledger.offers(holder));
          world.ledger.use({ ...holder, resources: part });
        },
      }),
    );
  },
);

/** Takes of what is free by the framework's own choice, as a transaction on a snapshot does. */
const hold = operation(
  z.strictObject({ ...holderFields, resources }),
  (world, { framework, agent, role: under, resources: part }) => {
    const holding = { frameworkId: framework, agentId: agent, role: under, resources: part };
    const free = world.look((turn) => turn.agent(agent)?.available) ?? NO_RESOURCES;
    return unless(world.verbatim ? [] : unheld(world, holding, free), () =>
      world.turn({
        reduce: [{ kind: 'allocated', ...holding }],
        record: () => {
          world.ledger.use(holding);
        },
      }),
    );
  },
);

/** Without an answer the inverse offer was taken back or ran out. */
const answerInverse = operation(
  z.strictObject({
    framework: frameworkId,
    agent: agentId,
    answer: z.enum(['ACCEPT', 'DECLINE'], { error: 'expected ACCEPT or DECLINE' }).exactOptional(),
    ...filterFields,
  }),
  (world, { framework, agent, answer, ...filter }) => {
    if (!world.agents.has(agent)) return refused(`no agent ${agent}`, '/agent');
    if (!world.frameworks.has(framework)) return refused(`no framework ${framework}`, '/framework');
    const given = filter.refuseSeconds !== undefined || filter.untilSeconds !== undefined;
    const { filterUntil: until } = answer === undefined && !given ? {} : filterOf(world, filter);
    return ok(
      world.turn({
        reduce: [
          {
            kind: 'inverseOfferAnswered',
            frameworkId: framework,
            agentId: agent,
            ...(answer !== undefined && { answer }),
            ...(until !== undefined && { filterUntil: until }),
          },
        ],
      }),
    );
  },
);

export const offerOperations: Readonly<Record<string, Operation>> = {
  decline,
  recover,
  accept,
  hold,
  answerInverse,
};

function givenBack(holding: Holding, filter: Filter): AllocatorEvent {
  return { kind: 'recovered', ...holding, ...filter };
}

/** What is recovered without any of it has no filter. */
type Filter = Pick<Extract<AllocatorEvent, { kind: 'recovered' }>, 'filterUntil' | 'filterReason'>;

/** Offer-core 1.5: absent = 5 s, 0 = none; ours: null = none, or an end that nothing bounds. */
function filterOf(
  world: World,
  { refuseSeconds: wanted, untilSeconds, reason }: FilterFields,
): Filter {
  const why = reason === undefined ? {} : { filterReason: reason };
  if (untilSeconds !== undefined) return { filterUntil: untilSeconds, ...why };
  if (wanted === null || wanted === 'none') return {};
  const duration = filterDuration(wanted);
  return duration === 0 ? {} : { filterUntil: millis(world.now + duration), ...why };
}

/**
 * What a holder may give back as offered or as used. A recording knows what is held, not which of
 * the two it is, so there both may be declined and recovered.
 */
function givable(world: World, holder: Holder, as: 'offered' | 'used'): Resources {
  const { ledger } = world;
  if (world.verbatim) return addResources(ledger.offered(holder), ledger.inUse(holder));
  return as === 'offered' ? ledger.offered(holder) : ledger.inUse(holder);
}

function giveUp(world: World, holding: Holding, as: 'offered' | 'used'): void {
  const { ledger } = world;
  const { resources: part } = holding;
  const limit = world.verbatim || as === 'offered' ? part : NO_RESOURCES;
  const offered = intersectResources(ledger.offered(holding), limit);
  const used = subtractResources(part, offered);
  if (offered.length > 0) ledger.takeOffered(holding, offered);
  if (used.length > 0) ledger.release({ ...holding, resources: used });
}

function unheld(
  world: World,
  { frameworkId: id, resources: part }: Holding,
  free: Resources,
): readonly Refusal[] {
  const found: Refusal[] = [];
  if (!world.frameworks.has(id)) found.push({ path: '/framework', rule: `no framework ${id}` });
  if (!containsResources(free, part)) {
    const rule = `only ${formatResources(free) || 'nothing'} is free there`;
    found.push({ path: '/resources', rule });
  }
  return found;
}
