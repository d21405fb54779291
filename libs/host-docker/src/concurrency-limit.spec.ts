import { expect } from 'chai';
import fc from 'fast-check';
import { millis } from '@ekiden/kernel';
import { ConcurrencyLimit } from './concurrency-limit.js';

const BOUNDS = { min: 1, initial: 4, max: 32 };

interface Burst {
  readonly cores: number;
  readonly requests: number;
  /** Milliseconds of one core for each request, a third more or less. */
  readonly work?: number;
}

interface Served {
  /** The limit after each answer. */
  readonly limits: readonly number[];
  /** 1 = every core had something to do all the time. */
  readonly busy: number;
}

/** Requests to an engine whose cores are shared among all that is under way, as many as may be. */
function serve(limit: ConcurrencyLimit, { cores, requests, work = 200 }: Burst): Served {
  const underWay: { left: number; readonly begun: number }[] = [];
  const limits: number[] = [];
  let now = 0;
  let sent = 0;
  let asked = 0;
  while (limits.length < requests) {
    for (; underWay.length < limit.current && sent < requests; sent += 1) {
      const left = work * (2 / 3 + ((sent * 7) % 11) / 15);
      asked += left;
      underWay.push({ left, begun: now });
    }
    const speed = Math.min(1, cores / underWay.length);
    const next = Math.min(...underWay.map(({ left }) => left));
    now += next / speed;
    for (const each of underWay) each.left -= next;
    const at = underWay.findIndex(({ left }) => left <= 0);
    const atOnce = underWay.length;
    const [done] = underWay.splice(at, 1);
    limit.answered(millis(now - (done?.begun ?? 0)), atOnce);
    limits.push(limit.current);
  }
  return { limits, busy: asked / cores / now };
}

describe('The limit on requests at once', () => {
  for (const cores of [1, 2, 4, 8, 12]) {
    it(`settles near what an engine with ${cores} cores serves best`, () => {
      const limit = new ConcurrencyLimit({ ...BOUNDS, max: 64 });
      const { limits, busy } = serve(limit, { cores, requests: 600 });
      const settled = limits.slice(300, 500);
      // Every core is busy, and the queue behind them is short.
      expect(busy).to.be.greaterThan(0.9);
      expect(Math.max(...settled)).to.be.lessThanOrEqual(Math.max(12, 2 * cores));
      expect(Math.min(...settled)).to.be.greaterThanOrEqual(cores);
    });
  }

  it('stays there however long the row of launches is', () => {
    const limit = new ConcurrencyLimit({ ...BOUNDS, max: 64 });
    const { limits } = serve(limit, { cores: 4, requests: 5_000 });
    expect(Math.max(...limits)).to.be.lessThanOrEqual(24);
  });

  it('grows again after a slow phase', () => {
    const limit = new ConcurrencyLimit(BOUNDS);
    serve(limit, { cores: 8, requests: 300 });
    const before = limit.current;
    // Something else keeps the machine busy: the same work takes ten times as long.
    serve(limit, { cores: 8, requests: 30, work: 2_000 });
    expect(limit.current).to.be.lessThan(before);
    serve(limit, { cores: 8, requests: 300 });
    expect(limit.current).to.be.greaterThanOrEqual(8);
  });

  it('believes in time that a machine has become slower for good', () => {
    const limit = new ConcurrencyLimit(BOUNDS);
    serve(limit, { cores: 8, requests: 300, work: 100 });
    serve(limit, { cores: 8, requests: 2_500, work: 1_000 });
    expect(limit.current).to.be.greaterThanOrEqual(8);
  });

  it('does not grow while what is allowed is not used', () => {
    const limit = new ConcurrencyLimit(BOUNDS);
    for (let n = 0; n < 100; n += 1) limit.answered(millis(100), 1);
    expect(limit.current).to.equal(BOUNDS.initial);
  });

  it('is halved when the engine does not answer, and comes back from the least', () => {
    const limit = new ConcurrencyLimit({ min: 1, initial: 16, max: 32 });
    const seen = [16, 8, 4, 2, 1, 1];
    for (const expected of seen) {
      expect(limit.current).to.equal(expected);
      limit.failed();
    }
    serve(limit, { cores: 8, requests: 200 });
    expect(limit.current).to.be.greaterThanOrEqual(8);
  });

  it('never leaves its bounds, whatever happens', () => {
    const bounds = fc
      .tuple(fc.integer({ min: 1, max: 5 }), fc.nat({ max: 10 }), fc.nat({ max: 50 }))
      .map(([min, more, most]) => ({ min, initial: min + more, max: min + more + most }));
    const event = fc.oneof(
      fc.constant('failed' as const),
      fc.record({ took: fc.nat({ max: 200_000 }), atOnce: fc.integer({ min: 1, max: 70 }) }),
    );
    fc.assert(
      fc.property(bounds, fc.array(event, { maxLength: 200 }), (within, events) => {
        const limit = new ConcurrencyLimit(within);
        for (const each of events) {
          if (each === 'failed') limit.failed();
          else limit.answered(millis(each.took), each.atOnce);
          expect(limit.current).to.be.within(within.min, within.max);
          expect(Number.isInteger(limit.current)).to.equal(true);
        }
      }),
    );
  });

  it('refuses bounds that make no sense', () => {
    for (const bounds of [
      { min: 0, initial: 1, max: 1 },
      { min: 2, initial: 1, max: 3 },
      { min: 1, initial: 4, max: 3 },
    ]) {
      expect(() => new ConcurrencyLimit(bounds)).to.throw('bounds');
    }
  });
});
