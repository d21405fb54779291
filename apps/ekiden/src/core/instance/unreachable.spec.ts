import { expect } from 'chai';
import fc from 'fast-check';
import { millis, seconds } from '@ekiden/kernel';
import type { UnreachableStrategy } from '../app/index.js';
import { patienceWith } from './unreachable.js';

const LOST = seconds(1_000);

/** Strategy, seconds since the loss, what follows and until which second after the loss. */
// prettier-ignore
const ROWS: readonly (readonly [UnreachableStrategy | readonly [number, number], number, string, number?])[] = [
  [[0, 0],      0,         'expunged'],
  [[0, 60],     0,         'inactive', 60],
  [[0, 60],     59.999,    'inactive', 60],
  [[0, 60],     60,        'expunged'],
  [[10, 300],   0,         'counts',   10],
  [[10, 300],   9.999,     'counts',   10],
  [[10, 300],   10,        'inactive', 300],
  [[10, 300],   300,       'expunged'],
  [[60, 60],    59.999,    'counts',   60],
  [[60, 60],    60,        'expunged'],
  ['disabled',  0,         'counts'],
  ['disabled',  1_000_000, 'counts'],
];

function strategyOf(row: (typeof ROWS)[number][0]): UnreachableStrategy {
  if (row === 'disabled' || 'inactiveAfterSeconds' in row) return row;
  const [inactiveAfterSeconds, expungeAfterSeconds] = row;
  return { inactiveAfterSeconds, expungeAfterSeconds };
}

describe('patience with what cannot be reached', () => {
  for (const [strategy, after, kind, until] of ROWS) {
    it(`${typeof strategy === 'string' ? strategy : JSON.stringify(strategy)} after ${after} s: ${kind}${until === undefined ? '' : ` until ${until} s`}`, () => {
      const now = millis(LOST + after * 1000);
      const found = patienceWith(strategyOf(strategy), { lostAt: LOST, now });
      expect(found.kind).to.equal(kind);
      const end = 'until' in found ? found.until : undefined;
      expect(end).to.equal(until === undefined ? undefined : LOST + until * 1000);
    });
  }

  it('only runs out, and says exactly when', () => {
    const deadline = fc.integer({ min: 0, max: 1_000 });
    const rank = { counts: 0, inactive: 1, expunged: 2 };
    fc.assert(
      fc.property(deadline, deadline, fc.nat(2_000_000), (a, b, after) => {
        const strategy = strategyOf([Math.min(a, b), Math.max(a, b)]);
        const at = (now: number) => patienceWith(strategy, { lostAt: LOST, now: millis(now) });
        const seen = at(LOST + after);
        if (!('until' in seen) || seen.until === undefined) return;
        expect(seen.until).to.be.greaterThan(LOST + after);
        expect(at(seen.until - 1).kind).to.equal(seen.kind);
        expect(rank[at(seen.until).kind]).to.be.greaterThan(rank[seen.kind]);
      }),
    );
  });
});
