/** What the order looks at. */
export interface OrderedAgent {
  readonly id: string;
  /** `hashOf` the id. */
  readonly hash: number;
}

/** Keys of 32 bits and places of 20 fit a double exactly, so that one sort of numbers does it. */
const PLACES = 2 ** 20;

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
 */
export function agentOrder<A extends OrderedAgent>(agents: readonly A[], salt: number): A[] {
  if (agents.length < 2) return [...agents];
  if (agents.length > PLACES) return [...agents].sort((a, b) => compare(a, b, salt));
  const keys = new Float64Array(agents.length);
  for (let i = 0; i < agents.length; i += 1) {
    keys[i] = orderKey((agents[i] as A).hash, salt) * PLACES + i;
  }
  keys.sort();
  const ordered: A[] = [];
  for (const key of keys) ordered.push(agents[key % PLACES] as A);
  byIdWhereEqual(ordered, salt);
  return ordered;
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
