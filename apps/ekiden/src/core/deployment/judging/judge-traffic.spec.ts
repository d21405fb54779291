import fc from 'fast-check';
import { expect } from 'chai';
import type { AbortOn } from '../../app/index.js';
import { judgeTraffic, type Judgement } from './judge-traffic.js';
import type { Counts } from './traffic-record.js';

const BOUNDS: AbortOn = { windowSeconds: 60, minRequests: 100, errorPercentOverOld: 5 };

/** So many requests, so many of them failed, each took so many milliseconds. */
function counts(requests: number, errors = 0, ms = 10): Counts {
  return { requests, errors, seconds: (requests * ms) / 1_000 };
}

const WELL = counts(1_000);

type Case = readonly [string, Partial<AbortOn>, Counts, Counts, Judgement];

const bad = (reason: string, requests = 200): Judgement => {
  return { kind: 'bad', reason: `${reason} (${requests} requests in 60 s)` };
};
const GOOD: Judgement = { kind: 'good' };
const ALONE: Judgement = {
  kind: 'good',
  besides: 'it was not compared with the old version, which had 99 of 100 requests',
};

// prettier-ignore
const CASES: readonly Case[] = [
  ['says nothing before there were requests', {}, WELL, counts(0),
    { kind: 'unjudged', because: 'the new version had 0 of 100 requests within 60 s' }],
  ['says nothing of one request less than enough, all of them failed', {}, WELL, counts(99, 99),
    { kind: 'unjudged', because: 'the new version had 99 of 100 requests within 60 s' }],
  ['is content where both do well', {}, WELL, counts(100), GOOD],
  ['allows as many errors more as it says', {}, WELL, counts(200, 10), GOOD],
  ['does not allow one more', {}, WELL, counts(200, 11),
    bad("5.5 % of the new version's requests failed and 0 % of the old one's, over 5 points more")],
  ['is content where both do as badly', {}, counts(1_000, 500), counts(200, 105), GOOD],
  ['does not compare with too few of the old version', {}, counts(99), counts(200, 200), ALONE],
  ['never compares where 100 points are allowed', { errorPercentOverOld: 100 }, WELL, counts(200, 200), GOOD],
  ['has a bound of its own, whatever the old version does', { errorPercent: 40 }, counts(1_000, 900), counts(200, 81),
    bad("40.5 % of the new version's requests failed, over 40 %")],
  ['looks at that bound although there is nothing to compare with', { errorPercent: 40 }, counts(0), counts(200, 81),
    bad("40.5 % of the new version's requests failed, over 40 %")],
  ['allows what that bound says', { errorPercent: 40 }, counts(1_000, 900), counts(200, 80), GOOD],
  ['does not look at times unless it is told to', {}, WELL, counts(200, 0, 9_000), GOOD],
  ['has a bound on times', { latencyMs: 250 }, counts(0), counts(200, 0, 251),
    bad('the new version took 251 ms on average to answer, over 250 ms')],
  ['allows what that says', { latencyMs: 250 }, WELL, counts(200, 0, 250), GOOD],
  ['compares times', { latencyTimesOld: 2 }, WELL, counts(200, 0, 30),
    bad('the new version took 30 ms on average to answer and the old one 10 ms, over 2 times as long')],
  ['allows as many times as it says', { latencyTimesOld: 3 }, WELL, counts(200, 0, 30), GOOD],
  ['takes less than 10 ms for no difference', { latencyTimesOld: 2 }, counts(1_000, 0, 1), counts(200, 0, 10), GOOD],
  ['does not compare times with too few of the old version', { latencyTimesOld: 2 }, counts(99), counts(200, 0, 900), ALONE],
];

describe('judging a new version by what came to it', () => {
  for (const [name, bounds, old, next, expected] of CASES) {
    it(name, () => {
      expect(judgeTraffic({ ...BOUNDS, ...bounds }, { old, next })).to.deep.equal(expected);
    });
  }

  it('concludes nothing from fewer requests than it is to have', () => {
    fc.assert(
      fc.property(anyBounds(), anyCounts(), anyCounts(), (bounds, old, next) => {
        const { kind } = judgeTraffic(bounds, { old, next });
        expect(kind === 'unjudged').to.equal(next.requests < bounds.minRequests);
      }),
    );
  });

  it('never judges better for more errors or longer times', () => {
    fc.assert(
      fc.property(
        anyBounds(),
        anyCounts(),
        anyCounts(),
        fc.nat(500),
        fc.nat(100),
        (bounds, old, next, errors, spent) => {
          const worse = {
            requests: next.requests,
            errors: Math.min(next.requests, next.errors + errors),
            seconds: next.seconds + spent,
          };
          const [before, after] = [next, worse].map((one) =>
            judgeTraffic(bounds, { old, next: one }),
          );
          if (before?.kind === 'bad') expect(after?.kind).to.equal('bad');
        },
      ),
    );
  });

  it('never judges worse for wider bounds', () => {
    fc.assert(
      fc.property(anyBounds(), anyCounts(), anyCounts(), fc.nat(50), (bounds, old, next, more) => {
        const { errorPercent, latencyMs, latencyTimesOld } = bounds;
        const wider: AbortOn = {
          ...bounds,
          errorPercentOverOld: bounds.errorPercentOverOld + more,
          ...(errorPercent !== undefined && { errorPercent: errorPercent + more }),
          ...(latencyMs !== undefined && { latencyMs: latencyMs + more }),
          ...(latencyTimesOld !== undefined && { latencyTimesOld: latencyTimesOld + more }),
        };
        if (judgeTraffic(bounds, { old, next }).kind === 'bad') return;
        expect(judgeTraffic(wider, { old, next }).kind).not.to.equal('bad');
      }),
    );
  });
});

function anyCounts(): fc.Arbitrary<Counts> {
  return fc
    .record({ requests: fc.nat(400), part: fc.integer({ min: 0, max: 100 }), ms: fc.nat(2_000) })
    .map(({ requests, part, ms }) => counts(requests, Math.floor((requests * part) / 100), ms));
}

function anyBounds(): fc.Arbitrary<AbortOn> {
  const percent = fc.integer({ min: 0, max: 100 });
  return fc.record(
    {
      windowSeconds: fc.constant(60),
      minRequests: fc.integer({ min: 1, max: 300 }),
      errorPercentOverOld: percent,
      errorPercent: percent,
      latencyMs: fc.integer({ min: 1, max: 2_000 }),
      latencyTimesOld: fc.integer({ min: 1, max: 20 }),
    },
    { requiredKeys: ['windowSeconds', 'minRequests', 'errorPercentOverOld'] },
  );
}
