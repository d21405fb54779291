import { present, SeededChance, type AgentId } from '@ekiden/kernel';
import {
  containsRanges,
  differenceRanges,
  resourcesOf,
  UNRESERVED,
  type Allocation,
  type FrameworkId,
  type Milli,
  type Ranges,
  type Resource,
  type Resources,
} from '@ekiden/offers';

/** Scalars in thousandths, ranges as they are. */
type Amount = number | Ranges;
type Bag = Map<string, Amount>;

interface Client {
  readonly id: FrameworkId;
  /** Scalars over all agents: what its share is computed of. */
  readonly allocated: Map<string, number>;
  /** What it refused for good, by agent. */
  readonly filters: Map<AgentId, Bag[]>;
  allocations: number;
}

interface Agent {
  readonly total: Bag;
  readonly allocated: Bag;
}

const CPUS_MIN = 10;
const MEM_MIN = 32_000;

/**
 * The reference of this benchmark: dominant resource fairness in one role, written as plainly as the
 * algorithm is told. All clients are sorted anew for every agent, as Mesos did until 1.7.1, and
 * what is free is worked out anew in every cycle. It knows W1 and nothing else: frameworks in `*`,
 * scalars and ranges, filters for good.
 */
export class PlainAllocator {
  private readonly clients = new Map<FrameworkId, Client>();
  private readonly agents = new Map<AgentId, Agent>();
  private readonly pool = new Map<string, number>();
  private readonly chance = new SeededChance(1);

  constructor(frameworks: readonly FrameworkId[]) {
    for (const id of frameworks) {
      const client = {
        id,
        allocated: new Map<string, number>(),
        filters: new Map<AgentId, Bag[]>(),
      };
      this.clients.set(id, { ...client, allocations: 0 });
    }
  }

  addAgent(
    id: AgentId,
    total: Resources,
    used: { readonly frameworkId: FrameworkId; readonly resources: Resources },
  ): void {
    const agent: Agent = { total: bagOf(total), allocated: new Map() };
    this.agents.set(id, agent);
    addScalars(this.pool, agent.total, 1);
    this.book(agent, this.client(used.frameworkId), bagOf(used.resources));
  }

  /** Offers what is free on these agents (all of them, unless told), agent by agent. */
  allocate(among: Iterable<AgentId> = this.agents.keys()): readonly Allocation[] {
    const made: Allocation[] = [];
    for (const agentId of this.chance.shuffle([...among])) {
      const agent = present(this.agents.get(agentId), agentId);
      const free = difference(agent.total, agent.allocated);
      if (!isAllocatable(free)) continue;
      const taker = this.sorted().find((client) => !refuses(client, agentId, free));
      if (taker === undefined) continue;
      this.book(agent, taker, free);
      const resources = resourcesIn(free);
      made.push({ frameworkId: taker.id, role: UNRESERVED, agentId, resources });
    }
    return made;
  }

  decline({ frameworkId, agentId, resources }: Allocation, filtered: boolean): void {
    const client = this.client(frameworkId);
    const agent = present(this.agents.get(agentId), agentId);
    const bag = bagOf(resources);
    client.allocations -= 1;
    addScalars(client.allocated, bag, -1);
    const left = difference(agent.allocated, bag);
    agent.allocated.clear();
    for (const [name, amount] of left) agent.allocated.set(name, amount);
    if (!filtered) return;
    client.filters.set(agentId, [...(client.filters.get(agentId) ?? []), bag]);
  }

  private book(agent: Agent, client: Client, bag: Bag): void {
    client.allocations += 1;
    addScalars(client.allocated, bag, 1);
    for (const [name, amount] of bag) {
      agent.allocated.set(name, sum(agent.allocated.get(name), amount));
    }
  }

  private sorted(): readonly Client[] {
    const ranked = [...this.clients.values()].map((client) => {
      return { client, share: this.shareOf(client) };
    });
    ranked.sort((a, b) => {
      if (a.share !== b.share) return a.share - b.share;
      const difference = a.client.allocations - b.client.allocations;
      if (difference !== 0) return difference;
      return a.client.id < b.client.id ? -1 : 1;
    });
    return ranked.map(({ client }) => client);
  }

  private shareOf({ allocated }: Client): number {
    let dominant = 0;
    for (const [name, amount] of allocated) {
      dominant = Math.max(dominant, amount / (this.pool.get(name) ?? 1));
    }
    return dominant;
  }

  private client(id: FrameworkId): Client {
    return present(this.clients.get(id), id);
  }
}

function refuses({ filters }: Client, agentId: AgentId, free: Bag): boolean {
  return (filters.get(agentId) ?? []).some((refused) => contains(refused, free));
}

function isAllocatable(bag: Bag): boolean {
  return scalar(bag.get('cpus')) >= CPUS_MIN || scalar(bag.get('mem')) >= MEM_MIN;
}

function contains(outer: Bag, inner: Bag): boolean {
  for (const [name, amount] of inner) {
    const there = outer.get(name);
    if (there === undefined) return false;
    const enough =
      typeof amount === 'number'
        ? scalar(there) >= amount
        : typeof there !== 'number' && containsRanges(there, amount);
    if (!enough) return false;
  }
  return true;
}

function difference(from: Bag, what: Bag): Bag {
  const left: Bag = new Map();
  for (const [name, amount] of from) {
    const gone = what.get(name);
    if (gone === undefined) {
      left.set(name, amount);
    } else if (typeof amount === 'number') {
      if (amount > scalar(gone)) left.set(name, amount - scalar(gone));
    } else if (typeof gone !== 'number') {
      const ranges = differenceRanges(amount, gone);
      if (ranges.length > 0) left.set(name, ranges);
    }
  }
  return left;
}

function sum(a: Amount | undefined, b: Amount): Amount {
  if (a === undefined) return b;
  if (typeof a === 'number' || typeof b === 'number') return scalar(a) + scalar(b);
  return present(bagOf(resourcesIn(new Map([['both', [...a, ...b]]]))).get('both'), 'a sum');
}

function addScalars(into: Map<string, number>, bag: Bag, sign: 1 | -1): void {
  for (const [name, amount] of bag) {
    if (typeof amount === 'number') into.set(name, (into.get(name) ?? 0) + sign * amount);
  }
}

function scalar(amount: Amount | undefined): number {
  return typeof amount === 'number' ? amount : 0;
}

function bagOf(resources: Resources): Bag {
  const bag: Bag = new Map();
  for (const object of resources) {
    if (object.type === 'SCALAR') bag.set(object.name, object.milli);
    else if (object.type === 'RANGES') bag.set(object.name, object.ranges);
  }
  return bag;
}

function resourcesIn(bag: Bag): Resources {
  const objects = [...bag].map(([name, amount]): Resource => {
    const identity = { name, role: UNRESERVED };
    if (typeof amount !== 'number') return { ...identity, type: 'RANGES', ranges: amount };
    return { ...identity, type: 'SCALAR', milli: amount as Milli };
  });
  return resourcesOf(objects);
}
