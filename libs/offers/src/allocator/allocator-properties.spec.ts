import { millis, SeededChance, type AgentId, type Millis } from '@ekiden/kernel';
import { expect } from 'chai';
import fc from 'fast-check';

import type { FrameworkId } from '../framework/index.js';
import {
  addQuantities,
  addResources,
  filterResources,
  formatResources,
  NO_QUANTITIES,
  NO_RESOURCES,
  quantityOf,
  scalarQuantitiesOf,
  subtractQuantities,
  subtractSaturating,
  UNRESERVED,
  type Quantities,
  type Resources,
} from '../resources/index.js';
import {
  AllocatorStage,
  bag,
  commandsOf,
  offersText,
  playOne,
  SteadyChance,
  type Moment,
} from '../../testing/oracle/index.js';
import type {
  AgentBooks,
  AllocateOptions,
  Allocator,
  AllocatorEvent,
  RoleBooks,
} from './allocator.js';
import { drfAllocator } from './drf-allocator.js';

const RUNS = 12;
const COMMANDS = 120;
const ENOUGH = 1_000;

interface History {
  readonly seed: number;
  readonly batch: boolean;
  readonly commands: readonly number[];
}

const anyHistory: fc.Arbitrary<History> = fc.record({
  seed: fc.nat(),
  batch: fc.boolean(),
  commands: fc.nat().map((seed) => commandsOf(seed, COMMANDS)),
});

/** Shows every run of random histories of the real allocator. */
function always(look: (moment: Moment, history: History) => void): void {
  fc.assert(
    fc.property(anyHistory, (history) => {
      playOne(made(history), history, history.commands, (moment) => {
        look(moment, history);
      });
    }),
    { numRuns: RUNS },
  );
}

function made({ batch }: Pick<History, 'batch'>): Allocator {
  return drfAllocator({ mode: batch ? 'batch' : 'incremental', region: 'r' });
}

describe('whatever happens, the allocator', () => {
  it('conserves: what is held and what is available are the total', () => {
    always(({ turn, world }) => {
      for (const agentId of world.agents.keys()) {
        const books = turn.agent(agentId);
        const { total = NO_RESOURCES, allocated = NO_RESOURCES, available } = books ?? {};
        const held = sum(
          world.holdings.filter((each) => each.agentId === agentId).map((each) => each.resources),
        );
        expect(formatResources(allocated)).to.equal(formatResources(held));
        const free = subtractSaturating(exclusive(total), exclusive(allocated));
        expect(formatResources(exclusive(available ?? NO_RESOURCES))).to.equal(
          formatResources(free),
        );
      }
    });
  });

  it('offers each unit to one holder only, and nothing that was not available', () => {
    always(({ run, agentsBefore }) => {
      for (const [agentId, { available }] of agentsBefore) {
        const offers = run.allocations.filter((each) => each.agentId === agentId);
        const offered = exclusive(sum(offers.map((each) => each.resources)));
        expect(formatResources(subtractSaturating(offered, available))).to.equal('');
      }
    });
  });

  it('gives no role more than its limits and those of its ancestors', () => {
    always(({ turn, rolesBefore }) => {
      for (const { role, quota, consumed } of turn.roles()) {
        for (const { name, milli } of quota?.limits ?? []) {
          const before = rolesBefore.find((each) => each.role === role)?.consumed;
          const most = Math.max(milli, quantityOf(before ?? NO_QUANTITIES, name));
          expect(quantityOf(consumed, name), `${name} of ${role}`).to.be.at.most(most);
        }
      }
    });
  });

  it('keeps enough free for guarantees that are not met, if there was enough', () => {
    always(({ turn, world, agentsBefore, rolesBefore }) => {
      if (world.roles.some((role) => role.includes('/'))) return;
      const agents = [...world.agents.keys()].map((id) => turn.agent(id));
      const left = openOf(agents.filter((each) => each !== undefined));
      const before = openOf([...agentsBefore.values()]);
      const missed = missing(turn.roles());
      for (const { name, milli } of missing(rolesBefore)) {
        if (quantityOf(before, name) < milli) continue;
        expect(quantityOf(left, name)).to.be.at.least(quantityOf(missed, name));
      }
    });
  });

  it('leaves nothing that another look would offer', () => {
    always(({ run, turn, world, step }, { batch }) => {
      if (step.offersMax < ENOUGH || world.roles.some((role) => role.includes('/'))) return;
      // In batch mode only a cycle looks at everything, and every cycle may end a filter.
      if (batch && (!step.cycle || turn.filters > 0)) return;
      const touched = new Set(run.allocations.map((each) => each.agentId));
      const again = turn.allocate({ ...lookAgain(world.now), cycle: true }).allocations;
      const missed = again.filter(
        ({ agentId, resources }) =>
          !touched.has(agentId) && exclusive(resources).length === resources.length,
      );
      expect(offersText(missed)).to.equal('');
    });
  });

  it('explains as `none` what it offers first, and only what it offers', () => {
    fc.assert(
      fc.property(anyHistory, (history) => {
        const allocator = made(history);
        const world = playOne(allocator, history, history.commands, () => undefined);
        const turn = allocator.begin();
        // What guarantees come to is a matter of the whole pool.
        for (const role of world.roles) turn.reduce({ kind: 'quotaChanged', role });
        turn.reduce({ kind: 'recoveryBegun', agents: 0, until: millis(0) });
        const kinds = new Map<string, string>();
        for (const { frameworkId: framework, roles } of world.frameworks.values()) {
          for (const role of roles) {
            for (const agent of world.agents.keys()) {
              const why = turn.explain({ framework, role, agent, now: world.now });
              // A filter that is over binds until the cycle that ends it, which is the one below.
              const over = why.kind === 'filtered' && why.until <= world.now;
              kinds.set(`${framework}@${role} ${agent}`, over ? 'ending' : why.kind);
            }
          }
        }
        const [first] = turn.allocate({ ...lookAgain(world.now), cycle: true }).allocations;
        if (first === undefined) {
          expect([...kinds.values()]).to.not.include('none');
        } else {
          const { frameworkId, role, agentId } = first;
          const free = history.batch ? ['none', 'ending'] : ['none'];
          expect(kinds.get(`${frameworkId}@${role} ${agentId}`)).to.be.oneOf(free);
        }
      }),
      { numRuns: RUNS * 3 },
    );
  });

  it('draws the same offers from the same events and the same chance', () => {
    fc.assert(
      fc.property(anyHistory, (history) => {
        const logs = [0, 1].map(() => {
          const log: string[] = [];
          playOne(made(history), history, history.commands, ({ run }) => {
            log.push(offersText(run.allocations));
          });
          return log;
        });
        expect(logs[0]).to.deep.equal(logs[1]);
      }),
      { numRuns: RUNS },
    );
  });

  it('keeps nothing when everything is removed', () => {
    fc.assert(
      fc.property(anyHistory, (history) => {
        const allocator = made(history);
        const world = playOne(allocator, history, history.commands, () => undefined);
        const turn = allocator.begin();
        for (const event of removals(world.frameworks.keys(), world.agents.keys(), world.roles)) {
          turn.reduce(event);
        }
        turn.allocate({ now: millis(1e12), chance: new SteadyChance(1), offersMax: 1 });
        expect(turn.roles()).to.deep.equal([]);
        expect([turn.queued, turn.filters, turn.nextDeadline()]).to.deep.equal([0, 0, undefined]);
      }),
      { numRuns: RUNS },
    );
  });
});

describe('after a failover, the allocator', () => {
  it('comes to the same books in whatever order agents and frameworks are back', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), (one, other) => {
        const seen = [one, other].map((seed) => {
          const turn = drfAllocator().begin();
          for (const event of new SeededChance(seed).shuffle(comeback())) turn.reduce(event);
          const roles = turn.roles();
          const chance = new SteadyChance(1);
          const run = turn.allocate({ now: millis(0), chance, offersMax: ENOUGH });
          return [offersText(run.allocations), roles.map(({ role, share }) => [role, share])];
        });
        expect(seen[0]).to.deep.equal(seen[1]);
      }),
      { numRuns: 50 },
    );
  });
});

describe('with demand without end, the allocator', () => {
  it('gives shares in proportion to weights, to within one agent', () => {
    const weights = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 2, maxLength: 4 });
    fc.assert(
      fc.property(weights, fc.integer({ min: 20, max: 40 }), (each, agents) => {
        const stage = new AllocatorStage(drfAllocator());
        for (const [i, weight] of each.entries()) {
          stage.weight(`r${i}`, weight);
          stage.framework(`F${i}@r${i}`);
        }
        for (let i = 0; i < agents; i += 1) stage.agent(`A${i}`, 'c2 m1024');
        const all = each.reduce((a, b) => a + b, 0);
        for (const { weight, share } of stage.look((turn) => turn.roles())) {
          expect(Math.abs(share * agents - (agents * weight) / all)).to.be.at.most(weight);
        }
      }),
      { numRuns: 20 },
    );
  });
});

function lookAgain(now: Millis): AllocateOptions {
  return { now, chance: new SteadyChance(1), offersMax: ENOUGH };
}

/** Frameworks and agents that know of the same tasks; each says what it knows. */
function comeback(): readonly AllocatorEvent[] {
  const ids = ['F1', 'F2', 'F3'] as FrameworkId[];
  const agents = ['A1', 'A2', 'A3', 'A4'] as AgentId[];
  const tasks = agents.slice(1).map((agentId, i) => ({
    frameworkId: ids[i] ?? ('F1' as FrameworkId),
    agentId,
    role: i === 2 ? 'x/y' : 'x',
    resources: bag(`c${i + 1} m${(i + 1) * 100}`),
  }));
  return [
    ...agents.map((id): AllocatorEvent => {
      const agent = { id, hostname: id, attributes: [], total: bag('c4 m1024') };
      const used = tasks.filter((task) => task.agentId === id);
      return { kind: 'agentAdded', agent, active: true, used };
    }),
    ...ids.map((frameworkId): AllocatorEvent => {
      const used = tasks.filter((task) => task.frameworkId === frameworkId);
      const roles = ['x', 'x/y'];
      return { kind: 'frameworkAdded', frameworkId, roles, active: true, used };
    }),
  ];
}

function removals(
  frameworks: Iterable<FrameworkId>,
  agents: Iterable<AgentId>,
  roles: readonly string[],
): readonly AllocatorEvent[] {
  return [
    { kind: 'recoveryBegun', agents: 0, until: millis(0) },
    ...roles.map((role): AllocatorEvent => ({ kind: 'quotaChanged', role })),
    ...roles.map((role): AllocatorEvent => ({ kind: 'weightChanged', role, weight: 1 })),
    ...[...frameworks].map((id): AllocatorEvent => ({ kind: 'frameworkRemoved', frameworkId: id })),
    ...[...agents].map((agentId): AllocatorEvent => ({ kind: 'agentRemoved', agentId })),
  ];
}

/** Guarantees that are not met, of roles that do not lie in each other. */
function missing(roles: readonly RoleBooks[]): Quantities {
  return roles
    .map(({ quota, consumed }) => subtractQuantities(quota?.guarantees ?? NO_QUANTITIES, consumed))
    .reduce(addQuantities, NO_QUANTITIES);
}

/** What is free on all agents and neither reserved nor revocable. */
function openOf(agents: readonly AgentBooks[]): Quantities {
  return agents
    .map(({ available }) =>
      filterResources(available, (each) => each.role === UNRESERVED && each.revocable !== true),
    )
    .map(scalarQuantitiesOf)
    .reduce(addQuantities, NO_QUANTITIES);
}

function exclusive(resources: Resources): Resources {
  return filterResources(resources, (object) => object.shared === undefined);
}

function sum(bags: readonly Resources[]): Resources {
  return bags.reduce(addResources, NO_RESOURCES);
}
