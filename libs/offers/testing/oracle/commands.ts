import { millis, type AgentId, type Chance } from '@ekiden/kernel';

import type { AgentFacts, AllocatorEvent, Holding } from '../../src/allocator/index.js';
import type {
  AgentCapability,
  Ask,
  FrameworkCapability,
  FrameworkId,
  OfferConstraints,
} from '../../src/framework/index.js';
import {
  containsResources,
  filterResources,
  quantities,
  type Attribute,
  type Milli,
  type Resource,
  type Resources,
} from '../../src/resources/index.js';
import { bag } from './bag.js';
import { quotaEvent } from './stage.js';
import type { World } from './world.js';

/** Makes one event that fits the world, or none when nothing of its kind does. */
type Maker = (world: World, chance: Chance) => AllocatorEvent | undefined;

const AGENTS: readonly AgentId[] = ['A1', 'A2', 'A3', 'A4', 'A5', 'A6', 'A7', 'A8'] as AgentId[];
const FRAMEWORKS: readonly FrameworkId[] = ['F1', 'F2', 'F3', 'F4', 'F5', 'F6'] as FrameworkId[];

/** How often each kind of command comes, in parts. */
const MAKERS: readonly (readonly [number, Maker])[] = [
  [8, addAgent],
  [3, changeAgent],
  [1, removeAgent],
  [2, switchAgent],
  [1, letIn],
  [2, setUnavailability],
  [3, answerInverse],
  [8, addFramework],
  [1, removeFramework],
  [2, switchFramework],
  [3, suppress],
  [4, revive],
  [2, clearFilters],
  [30, giveBack],
  [5, setQuota],
  [2, setWeight],
  [3, convert],
  [2, convertFree],
  [4, changeAsks],
  [1, recovery],
];

export function randomEvent(world: World, chance: Chance): AllocatorEvent | undefined {
  const all = MAKERS.reduce((sum, [parts]) => sum + parts, 0);
  let at = chance.int(all);
  for (const [parts, make] of MAKERS) {
    if (at < parts) return make(world, chance);
    at -= parts;
  }
  return undefined;
}

function addAgent(world: World, chance: Chance): AllocatorEvent | undefined {
  const id = AGENTS.find((each) => !world.agents.has(each));
  if (id === undefined) return undefined;
  const agent = facts(world, chance, id);
  const known = [...world.frameworks.keys()];
  const user = oneOf(chance, chance.int(3) === 0 ? FRAMEWORKS : known);
  const part = halfOf(agent.total, chance);
  const used =
    user === undefined || chance.int(3) > 0 || part.length === 0
      ? []
      : [{ frameworkId: user, role: oneOf(chance, world.roles) ?? '*', resources: part }];
  return { kind: 'agentAdded', agent, active: chance.int(8) > 0, used };
}

function changeAgent(world: World, chance: Chance): AllocatorEvent | undefined {
  const id = oneOf(chance, [...world.agents.keys()]);
  return id === undefined ? undefined : { kind: 'agentChanged', agent: facts(world, chance, id) };
}

function removeAgent(world: World, chance: Chance): AllocatorEvent | undefined {
  const agentId = oneOf(chance, [...world.agents.keys()]);
  return agentId === undefined ? undefined : { kind: 'agentRemoved', agentId };
}

function switchAgent(world: World, chance: Chance): AllocatorEvent | undefined {
  const agentId = oneOf(chance, [...world.agents.keys()]);
  if (agentId === undefined) return undefined;
  return { kind: chance.int(3) === 0 ? 'agentDeactivated' : 'agentActivated', agentId };
}

function letIn(_: World, chance: Chance): AllocatorEvent {
  if (chance.int(2) === 0) return { kind: 'hostsLetIn' };
  return { kind: 'hostsLetIn', hostnames: AGENTS.filter(() => chance.int(4) > 0) };
}

function setUnavailability(world: World, chance: Chance): AllocatorEvent | undefined {
  const agentId = oneOf(chance, [...world.agents.keys()]);
  if (agentId === undefined) return undefined;
  const kind = 'unavailabilityChanged';
  if (chance.int(3) === 0) return { kind, agentId };
  return { kind, agentId, unavailability: { start: millis(world.now + chance.int(10_000)) } };
}

function answerInverse(world: World, chance: Chance): AllocatorEvent | undefined {
  const asked = oneOf(chance, world.asked);
  if (asked === undefined) return undefined;
  const { frameworkId, agentId } = asked;
  const event = { kind: 'inverseOfferAnswered' as const, frameworkId, agentId };
  const filterUntil = millis(world.now + duration(chance));
  return chance.int(3) === 0 ? event : { ...event, answer: 'ACCEPT', filterUntil };
}

const CAPABILITIES: readonly FrameworkCapability[] = [
  'REVOCABLE_RESOURCES',
  'GPU_RESOURCES',
  'SHARED_RESOURCES',
  'RESERVATION_REFINEMENT',
  'REGION_AWARE',
];

function addFramework(world: World, chance: Chance): AllocatorEvent | undefined {
  const frameworkId = oneOf(chance, FRAMEWORKS);
  if (frameworkId === undefined) return undefined;
  const before = world.frameworks.get(frameworkId);
  const roles = someOf(chance, world.roles, 2);
  const asks = before?.capabilities?.includes('ASKS') ?? chance.int(5) === 0;
  const capabilities = [
    ...CAPABILITIES.filter(() => chance.int(2) === 0),
    ...(asks ? (['ASKS'] as const) : []),
  ];
  const suppressed = roles.filter(() => chance.int(4) === 0);
  const constrained = chance.int(5) === 0 ? roles[0] : undefined;
  const minimum = chance.int(6) === 0 ? roles[0] : undefined;
  return {
    kind: 'frameworkAdded',
    frameworkId,
    roles,
    capabilities,
    active: chance.int(8) > 0,
    ...(chance.int(2) === 0 && { suppressed }),
    ...(constrained !== undefined && { offerConstraints: { [constrained]: rackIs(chance) } }),
    ...(minimum !== undefined && {
      minimumAllocatable: {
        [minimum]: [quantities(chance.int(2) === 0 ? { mem: 0.001 } : { cpus: 2 })],
      },
    }),
  };
}

function removeFramework(world: World, chance: Chance): AllocatorEvent | undefined {
  const frameworkId = oneOf(chance, [...world.frameworks.keys()]);
  return frameworkId === undefined ? undefined : { kind: 'frameworkRemoved', frameworkId };
}

function switchFramework(world: World, chance: Chance): AllocatorEvent | undefined {
  const frameworkId = oneOf(chance, [...world.frameworks.keys()]);
  if (frameworkId === undefined) return undefined;
  const kind = chance.int(3) === 0 ? 'frameworkDeactivated' : 'frameworkActivated';
  return { kind, frameworkId };
}

function suppress(world: World, chance: Chance): AllocatorEvent | undefined {
  const facts = oneOf(chance, [...world.frameworks.values()]);
  if (facts === undefined) return undefined;
  const roles = someOf(chance, facts.roles, 1);
  return { kind: 'suppressed', frameworkId: facts.frameworkId, roles };
}

function revive(world: World, chance: Chance): AllocatorEvent | undefined {
  const facts = oneOf(chance, [...world.frameworks.values()]);
  if (facts === undefined) return undefined;
  const kind = chance.int(2) === 0 ? 'revived' : 'unsuppressed';
  const event = { kind, frameworkId: facts.frameworkId } as const;
  return chance.int(2) === 0 ? event : { ...event, roles: someOf(chance, facts.roles, 1) };
}

function clearFilters(world: World, chance: Chance): AllocatorEvent | undefined {
  const facts = oneOf(chance, [...world.frameworks.values()]);
  const agentId = oneOf(chance, [...world.agents.keys()]);
  if (facts === undefined) return undefined;
  const event = { kind: 'filtersCleared' as const, frameworkId: facts.frameworkId };
  return chance.int(2) === 0 || agentId === undefined ? event : { ...event, agentId };
}

function giveBack(world: World, chance: Chance): AllocatorEvent | undefined {
  const held = oneOf(chance, world.holdings);
  if (held === undefined) return undefined;
  const resources = chance.int(3) === 0 ? halfOf(held.resources, chance) : held.resources;
  if (resources.length === 0) return undefined;
  const event = { kind: 'recovered' as const, ...held, resources };
  if (chance.int(2) === 0) return event;
  return { ...event, filterUntil: millis(world.now + duration(chance)) };
}

function setQuota(world: World, chance: Chance): AllocatorEvent {
  const role = oneOf(chance, world.roles) ?? '*';
  const cpus = 1 + chance.int(8);
  switch (chance.int(6)) {
    case 0:
      return quotaEvent(role, `c${cpus} m${cpus * 300}`, '');
    case 1:
      return quotaEvent(role, '', `c${cpus} m${cpus * 300}`);
    case 2:
      return quotaEvent(role, `c${cpus}`, `c${cpus}`);
    case 3:
      return quotaEvent(role, `m${cpus * 100}`, `c${cpus} m${cpus * 200}`);
    default:
      return quotaEvent(role, '', '');
  }
}

function setWeight(world: World, chance: Chance): AllocatorEvent {
  const role = oneOf(chance, world.roles) ?? '*';
  return { kind: 'weightChanged', role, weight: oneOf(chance, [0.5, 1, 1, 2, 3]) ?? 1 };
}

/** Reserves what is held and free of reservations for the role it is held under. */
function convert(world: World, chance: Chance): AllocatorEvent | undefined {
  const held = oneOf(chance, world.holdings);
  if (held === undefined || held.role === '*') return undefined;
  const consumed = plainScalars(held.resources);
  const total = world.agents.get(held.agentId);
  if (consumed.length === 0 || total === undefined || !containsResources(total, consumed)) {
    return undefined;
  }
  return { kind: 'converted', ...held, conversions: [reservation(consumed, held.role)] };
}

function convertFree(world: World, chance: Chance): AllocatorEvent | undefined {
  const role = oneOf(chance, world.roles);
  const free = [...world.agents].filter(
    ([id, total]) =>
      !world.holdings.some((held: Holding) => held.agentId === id) && total.length > 0,
  );
  const [agentId, total] = oneOf(chance, free) ?? [];
  if (agentId === undefined || total === undefined || role === undefined || role === '*') {
    return undefined;
  }
  const consumed = plainScalars(halfOf(total, chance));
  if (consumed.length === 0) return undefined;
  return { kind: 'agentConverted', agentId, conversions: [reservation(consumed, role)] };
}

function changeAsks(world: World, chance: Chance): AllocatorEvent | undefined {
  const facts = oneOf(
    chance,
    [...world.frameworks.values()].filter((each) => each.capabilities?.includes('ASKS')),
  );
  if (facts === undefined) return undefined;
  const asks = facts.roles
    .filter(() => chance.int(4) > 0)
    .map((role): Ask => {
      const cpus = 1 + chance.int(3);
      const ask = {
        id: `${role}-${cpus}`,
        role,
        shape: quantities({ cpus }),
        count: chance.int(4),
      };
      return chance.int(4) === 0
        ? { ...ask, id: `${ask.id}-r`, constraints: { groups: rackIs(chance).groups } }
        : ask;
    });
  return { kind: 'askChanged', frameworkId: facts.frameworkId, asks };
}

function recovery(world: World, chance: Chance): AllocatorEvent {
  const agents = chance.int(9);
  return { kind: 'recoveryBegun', agents, until: millis(world.now + 3_000) };
}

function facts(world: World, chance: Chance, id: AgentId): AgentFacts {
  const rack: Attribute = { name: 'rack', type: 'TEXT', text: chance.int(2) === 0 ? 'r1' : 'r2' };
  const old: readonly AgentCapability[] = chance.int(2) === 0 ? ['MULTI_ROLE'] : [];
  return {
    id,
    hostname: id,
    attributes: chance.int(4) === 0 ? [] : [rack],
    total: totalOf(world, chance),
    ...(chance.int(6) === 0 && { domain: { region: chance.int(2) === 0 ? 'r' : 's', zone: 'z' } }),
    ...(chance.int(8) === 0 && { capabilities: old }),
  };
}

function totalOf(world: World, chance: Chance): Resources {
  const role = oneOf(chance, world.roles) ?? '*';
  const cpus = 1 + chance.int(4);
  const words = [`c${cpus}`, `m${oneOf(chance, [128, 512, 1024]) ?? 128}`];
  if (chance.int(2) === 0) words.push('p[31000-31009]');
  if (chance.int(3) === 0 && role !== '*') words.push(`c(${role})2`, `m(${role})256`);
  if (chance.int(8) === 0 && role !== '*') words.push(`p(${role})[32000-32003]`);
  if (chance.int(4) === 0) words.push('c{REV}1');
  if (chance.int(6) === 0) words.push('g1');
  if (chance.int(3) === 0) words.push('d100');
  if (chance.int(6) === 0 && role.includes('/')) {
    const top = role.slice(0, role.indexOf('/'));
    words.push(`c(${top})(${role})1`);
  }
  if (chance.int(8) === 0 && role !== '*') words.push(`d(${role})10#v*`);
  return bag(words.join(' '));
}

function rackIs(chance: Chance): OfferConstraints {
  const selector = { kind: 'attribute' as const, name: 'rack' };
  const value = chance.int(2) === 0 ? 'r1' : 'r2';
  const kind = chance.int(2) === 0 ? 'textEquals' : 'textNotEquals';
  return { groups: [[{ selector, predicate: { kind, value } }]] };
}

function reservation(
  consumed: Resources,
  role: string,
): { consumed: Resources; converted: Resources } {
  const reservations = [{ type: 'DYNAMIC' as const, role }];
  const made = consumed.map((object): Resource => ({ ...object, role, reservations }));
  return { consumed, converted: made as readonly Resource[] as Resources };
}

function plainScalars(resources: Resources): Resources {
  return filterResources(
    resources,
    ({ type, role, revocable, disk }) =>
      type === 'SCALAR' && role === '*' && revocable !== true && disk === undefined,
  );
}

/** Some objects of a bag, scalars halved now and then. */
function halfOf(resources: Resources, chance: Chance): Resources {
  const kept: Resource[] = [];
  for (const object of resources) {
    if (chance.int(2) === 0) continue;
    const divides = object.type === 'SCALAR' && object.disk === undefined && object.milli > 1000;
    if (divides && chance.int(2) === 0 && object.name !== 'gpus') {
      kept.push({ ...object, milli: Math.floor(object.milli / 2) as Milli });
    } else {
      kept.push(object);
    }
  }
  return kept as readonly Resource[] as Resources;
}

function duration(chance: Chance): number {
  return oneOf(chance, [500, 1_000, 1_500, 5_000, 60_000]) ?? 1_000;
}

function oneOf<T>(chance: Chance, items: readonly T[]): T | undefined {
  return items.length === 0 ? undefined : items[chance.int(items.length)];
}

/** One to `most` of them, in their order. */
function someOf<T>(chance: Chance, items: readonly T[], most: number): readonly T[] {
  const count = 1 + chance.int(most);
  const chosen = chance.shuffle(items).slice(0, count);
  return items.filter((item) => chosen.includes(item));
}
