import { expect } from 'chai';

import { Replay } from '../replay/index.js';
import { drfAllocator } from '../src/allocator/index.js';
import { sortClients } from '../src/allocator/sort-clients.js';
import type { Line } from './scenario.js';

/** How often each client came first, and how often last, of so many draws. */
function draw(times: number, line: Line): Readonly<Record<'first' | 'last', Map<string, number>>> {
  const replay = new Replay({ makeAllocator: drfAllocator, sortClients });
  const first = new Map<string, number>();
  const last = new Map<string, number>();
  for (let i = 1; i <= times; i += 1) {
    const [event] = replay.take(line, i);
    if (event?.event !== 'sorted') throw new Error(JSON.stringify(event));
    const { clients } = event;
    count(first, clients[0]);
    count(last, clients.at(-1));
  }
  return { first, last };
}

function count(found: Map<string, number>, client: string | undefined): void {
  if (client !== undefined) found.set(client, (found.get(client) ?? 0) + 1);
}

function random(weights: Readonly<Record<string, number>>, ...clients: readonly string[]): Line {
  return { op: 'sort', sorter: 'random', clients, weights, total: 'cpus:1' };
}

describe('the random sorter', () => {
  it('SRT-24 draws clients by their weights', () => {
    const weights = { a: 1, b: 2, c: 3, d: 4, e: 5 };
    const { first, last } = draw(1000, random(weights, 'a', 'b', 'c', 'd', 'e'));
    const share = (from: Map<string, number>): readonly number[] =>
      Object.keys(weights).map((each) => (from.get(each) ?? 0) / 1000);
    for (const [i, expected] of [0.07, 0.13, 0.2, 0.27, 0.33].entries()) {
      expect(share(first)[i]).to.be.closeTo(expected, 0.05);
    }
    for (const [i, expected] of [0.54, 0.23, 0.12, 0.07, 0.04].entries()) {
      expect(share(last)[i]).to.be.closeTo(expected, 0.05);
    }
  });

  it('SRT-25 draws among siblings, level by level', () => {
    const weights = { a: 1, 'a/b': 2, c: 2, 'c/d': 1, 'c/e': 2 };
    const { first } = draw(10_000, random(weights, 'a', 'a/b', 'c/d', 'c/e'));
    const expected = { a: 0.11, 'a/b': 0.22, 'c/d': 0.22, 'c/e': 0.44 };
    for (const [client, chance] of Object.entries(expected)) {
      expect((first.get(client) ?? 0) / 10_000).to.be.closeTo(chance, 0.05);
    }
  });
});
