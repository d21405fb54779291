import { expect } from 'chai';
import { millis, seconds } from '@ekiden/kernel';
import type { HealthCheck } from '../app/index.js';
import { UNKNOWN_CHECK, type CheckState } from './check-state.js';
import { isGivenUp, judge, type Verdict } from './judge.js';
import { sampleCheck } from './sample-check.js';

const STARTED = millis(1_000_000);

/** Seconds after the start. */
const at = (after: number) => millis(STARTED + seconds(after));

const WELL: CheckState = {
  alive: true,
  consecutiveFailures: 0,
  firstSuccess: at(1),
  lastSuccess: at(1),
};

function failing(times: number, overrides: Partial<CheckState> = {}): CheckState {
  return {
    alive: false,
    consecutiveFailures: times,
    lastFailure: at(50),
    lastFailureCause: 'HTTP status 500',
    ...overrides,
  };
}

type Case = readonly [
  name: string,
  before: CheckState,
  check: Partial<HealthCheck>,
  seen: { readonly after: number; readonly ok: boolean; readonly cause?: string },
  expected: Verdict,
];

const NONE: Verdict = { kind: 'none' };

const cases: readonly Case[] = [
  ['ignores a failure in the grace period', UNKNOWN_CHECK, {}, { after: 29.9, ok: false }, NONE],
  [
    'counts a failure at the end of the grace period',
    UNKNOWN_CHECK,
    {},
    { after: 30, ok: false, cause: 'HTTP status 500' },
    {
      kind: 'failure',
      flipped: false,
      state: {
        alive: false,
        consecutiveFailures: 1,
        lastFailure: at(30),
        lastFailureCause: 'HTTP status 500',
      },
    },
  ],
  [
    'HLT-08: counts a failure in the grace period once the task has been well',
    WELL,
    {},
    { after: 10, ok: false, cause: 'refused' },
    {
      kind: 'failure',
      flipped: true,
      state: {
        ...WELL,
        alive: false,
        consecutiveFailures: 1,
        lastFailure: at(10),
        lastFailureCause: 'refused',
      },
    },
  ],
  [
    'without grace, does not count failures before the first probe could have been due',
    UNKNOWN_CHECK,
    { gracePeriodSeconds: 0 },
    { after: 4.9, ok: false },
    NONE,
  ],
  [
    'without grace, counts from the first interval on when that is short',
    UNKNOWN_CHECK,
    { gracePeriodSeconds: 0, intervalSeconds: 1 },
    { after: 1, ok: false },
    {
      kind: 'failure',
      flipped: false,
      state: { alive: false, consecutiveFailures: 1, lastFailure: at(1) },
    },
  ],
  [
    'takes the first success',
    UNKNOWN_CHECK,
    {},
    { after: 3, ok: true },
    {
      kind: 'success',
      flipped: true,
      state: { alive: true, consecutiveFailures: 0, firstSuccess: at(3), lastSuccess: at(3) },
    },
  ],
  ['learns nothing from one success more', WELL, {}, { after: 60, ok: true }, NONE],
  [
    'counts the next failure of a series',
    failing(2),
    {},
    { after: 60, ok: false, cause: 'refused' },
    {
      kind: 'failure',
      flipped: false,
      state: failing(3, { lastFailure: at(60), lastFailureCause: 'refused' }),
    },
  ],
  [
    'forgets the cause of an earlier failure when there is none now',
    failing(1),
    {},
    { after: 60, ok: false },
    {
      kind: 'failure',
      flipped: false,
      state: { alive: false, consecutiveFailures: 2, lastFailure: at(60) },
    },
  ],
  [
    'a success ends a series of failures and keeps the first success',
    failing(3, { firstSuccess: at(1), lastSuccess: at(1) }),
    {},
    { after: 60, ok: true },
    {
      kind: 'success',
      flipped: true,
      state: {
        ...failing(0, { firstSuccess: at(1) }),
        alive: true,
        lastSuccess: at(60),
      },
    },
  ],
];

describe('judging a health check', () => {
  for (const [name, before, check, { after, ...seen }, expected] of cases) {
    it(name, () => {
      const probing = { at: at(after), startedAt: STARTED, ...seen };
      expect(judge(before, sampleCheck(check), probing)).to.deep.equal(expected);
    });
  }

  const limits: readonly (readonly [failures: number, max: number, givenUp: boolean])[] = [
    [3, 3, false],
    [4, 3, true],
    [1, 1, false],
    [2, 1, true],
    [1_000, 0, false],
  ];
  for (const [failures, max, givenUp] of limits) {
    const does = givenUp ? 'gives up' : 'keeps';
    it(`${does} a task after ${failures} failures with a maximum of ${max}`, () => {
      const check = sampleCheck({ maxConsecutiveFailures: max });
      expect(isGivenUp(failing(failures), check)).to.equal(givenUp);
    });
  }

  it('HLT-19: a success between failures saves the task', () => {
    const check = sampleCheck();
    let state = UNKNOWN_CHECK;
    for (const [index, ok] of [false, false, false, true, false, false, false].entries()) {
      const verdict = judge(state, check, { at: at(100 + index), ok, startedAt: STARTED });
      if (verdict.kind !== 'none') state = verdict.state;
      expect(isGivenUp(state, check)).to.equal(false);
    }
  });
});
