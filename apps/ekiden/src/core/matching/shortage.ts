import { fromMilli, type Milli } from '@ekiden/offers';
import type { Refusal } from './refusal.js';

/** How many of several instances have a place, and why the others have none. */
export interface Fit {
  readonly fit: number;
  readonly wanted: number;
  readonly refusals: readonly Refusal[];
}

/** "4 of 6 fit; short 1.5 cpus on 2 agents": in these words wherever room for several is told. */
export function missingText({ fit, wanted, refusals }: Fit): string {
  return `${fit} of ${wanted} fit; ${shortage(refusals, wanted - fit)}`;
}

/** What the agents that come nearest are short of, one instance on each. */
function shortage(refusals: readonly Refusal[], missing: number): string {
  // What a quota refuses, no agent has.
  const gate = refusals.find((refusal) => refusal.by === 'allocator');
  if (gate !== undefined) return gate.message;
  const short = refusals.flatMap((refusal) => {
    if (
      refusal.by !== 'cpus' &&
      refusal.by !== 'mem' &&
      refusal.by !== 'disk' &&
      refusal.by !== 'gpus'
    ) {
      return [];
    }
    return [{ name: refusal.by, milli: refusal.wanted - refusal.offered }];
  });
  const [first] = short.sort((a, b) => a.milli - b.milli);
  if (first === undefined) {
    const kinds = [...new Set(refusals.map(({ by }) => by))].sort();
    return kinds.length === 0
      ? 'no agent takes tasks'
      : `no agent takes more (${kinds.join(', ')})`;
  }
  const nearest = short.filter(({ name }) => name === first.name).slice(0, missing);
  const amount = fromMilli(nearest.reduce((sum, { milli }) => sum + milli, 0) as Milli);
  const agents = nearest.length === 1 ? '1 agent' : `${nearest.length} agents`;
  return `short ${amount} ${first.name} on ${agents}`;
}
