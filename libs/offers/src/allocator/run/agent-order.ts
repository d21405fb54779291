/** What the order looks at. */
export interface OrderedAgent {
  readonly id: string;
  /** `hashOf` the id. */
  readonly hash: number;
}

/** Keys of 32 bits and places of 20 fit a double exactly, so that one sort of numbers does it. */
const PLACES = 2 ** 20;

/** Agents that are sorted at a time, on the average: a run may end long before the last one. */
const PER_PART = 32;

/** The place of an agent in the order of one salt: two rounds of a multiply-xor mix. */
function orderKey(hash: number, salt: number): number {
  let key = Math.imul((hash ^ salt) >>> 0, 0x9e3779b1);
  key = Math.imul(key ^ (key >>> 15), 0x85ebca77);
  return (key ^ (key >>> 13)) >>> 0;
}

/**
 * A random order that depends on the salt and the ids alone: agents that have nothing to give, and
 * are left out, do not change how the others follow each other. So a run that looks at everything
 * decides as one that looks only at what changed.
 *
 * The order is made as far as it is asked for: agents are divided by the first bits of their keys,
 * and a part is sorted when its first agent is reached.
 */
export class AgentOrder<A extends OrderedAgent> {
  readonly length: number;
  private readonly ordered: A[];
  private readonly salt: number;
  /** Where each part ends; the first `sorted` of them are in order. */
  private readonly ends: Uint32Array;
  private sorted = 0;

  constructor(agents: readonly A[], salt: number) {
    this.length = agents.length;
    this.salt = salt;
    const bits = Math.max(0, Math.ceil(Math.log2(agents.length / PER_PART)));
    this.ends = new Uint32Array(2 ** bits);
    this.ordered = this.divided(agents, bits);
  }

  /** The agent at a place, 0 to `length` - 1. */
  at(place: number): A {
    while (place >= (this.ends[this.sorted - 1] ?? 0)) this.sortNext();
    return this.ordered[place] as A;
  }

  /** Those from a place on, in no order. */
  from(place: number): readonly A[] {
    if (place < this.length) this.at(place);
    return this.ordered.slice(place);
  }

  private divided(agents: readonly A[], bits: number): A[] {
    const { ends, salt } = this;
    if (bits === 0) {
      ends[0] = agents.length;
      return agents.slice();
    }
    const parts = new Uint32Array(agents.length);
    for (let i = 0; i < agents.length; i += 1) {
      const part = orderKey((agents[i] as A).hash, salt) >>> (32 - bits);
      parts[i] = part;
      ends[part] = (ends[part] as number) + 1;
    }
    let begin = 0;
    for (let part = 0; part < ends.length; part += 1) {
      const count = ends[part] as number;
      ends[part] = begin;
      begin += count;
    }
    // Each end begins as its part's beginning, and moves on with every agent that is put there.
    const divided = agents.slice();
    for (let i = 0; i < agents.length; i += 1) {
      const part = parts[i] as number;
      divided[(ends[part] as number)++] = agents[i] as A;
    }
    return divided;
  }

  private sortNext(): void {
    const { ordered, ends, salt } = this;
    const begin = ends[this.sorted - 1] ?? 0;
    const end = ends[this.sorted] as number;
    this.sorted += 1;
    if (end - begin < 2) return;
    const part = ordered.slice(begin, end);
    sort(part, salt);
    for (let i = 0; i < part.length; i += 1) ordered[begin + i] = part[i] as A;
  }
}

/** The whole order as a list. */
export function agentOrder<A extends OrderedAgent>(agents: readonly A[], salt: number): A[] {
  const order = new AgentOrder(agents, salt);
  return agents.map((_, place) => order.at(place));
}

function sort(agents: OrderedAgent[], salt: number): void {
  if (agents.length > PLACES) {
    agents.sort((a, b) => compare(a, b, salt));
    return;
  }
  const keys = new Float64Array(agents.length);
  for (let i = 0; i < agents.length; i += 1) {
    keys[i] = orderKey((agents[i] as OrderedAgent).hash, salt) * PLACES + i;
  }
  keys.sort();
  const before = agents.slice();
  for (let i = 0; i < agents.length; i += 1) {
    agents[i] = before[(keys[i] as number) % PLACES] as OrderedAgent;
  }
  byIdWhereEqual(agents, salt);
}

function compare(a: OrderedAgent, b: OrderedAgent, salt: number): number {
  const order = orderKey(a.hash, salt) - orderKey(b.hash, salt);
  if (order !== 0 || a.id === b.id) return order;
  return a.id < b.id ? -1 : 1;
}

/** Two ids seldom share a key; then they follow by id, wherever they stood before. */
function byIdWhereEqual(ordered: OrderedAgent[], salt: number): void {
  for (let i = 1; i < ordered.length; i += 1) {
    for (let j = i; j > 0; j -= 1) {
      const before = ordered[j - 1] as OrderedAgent;
      const after = ordered[j] as OrderedAgent;
      if (compare(before, after, salt) <= 0) break;
      ordered[j - 1] = after;
      ordered[j] = before;
    }
  }
}
