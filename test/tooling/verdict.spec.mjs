import { expect } from 'chai';
import { verdict } from '../verdict.mjs';

const summary = (over = {}) => ({
  passed: 3,
  failed: [],
  skipped: [],
  slow: [],
  notRun: 0,
  ...over,
});
const suite = (over = {}) => ({ name: 'pure', summary: summary(), trouble: undefined, ...over });
const run = (over = {}) => ({ ci: false, long: false, leftOut: [], ...over });

const broken = { title: 'a › b', ms: 12, reason: 'expected 1 to equal 2' };
const slow = [{ title: 'a › sleeps', ms: 20_001 }];
const leftOut = [{ what: 'Docker tests (2 files)', why: 'no Docker engine answers' }];

/** Suites, run, counts line, whether `npm test` succeeds, and what must be said. */
const cases = [
  ['adds up two suites', [suite(), suite()], run(), '6 passed, 0 failed, 0 skipped', true, ''],
  [
    'fails on a failed test, and says why',
    [suite({ summary: summary({ failed: [broken] }) })],
    run(),
    '3 passed, 1 failed, 0 skipped',
    false,
    'FAILED (pure) after 12 ms: a › b: expected 1 to equal 2',
  ],
  [
    'fails on a test over 20 s',
    [suite({ summary: summary({ slow }) })],
    run(),
    '2 passed, 1 failed, 0 skipped',
    false,
    'TOO SLOW (pure): a › sleeps: 20001 ms',
  ],
  [
    'lets a test of the long run take its time',
    [suite({ summary: summary({ slow }) })],
    run({ long: true }),
    '3 passed, 0 failed, 0 skipped',
    true,
    '',
  ],
  [
    'names skipped tests',
    [suite({ summary: summary({ skipped: ['a › later'] }) })],
    run(),
    '3 passed, 0 failed, 1 skipped',
    true,
    'SKIPPED (pure): a › later',
  ],
  [
    'fails on a skipped test in CI',
    [suite({ summary: summary({ skipped: ['a › later'] }) })],
    run({ ci: true }),
    '3 passed, 0 failed, 1 skipped',
    false,
    'nothing may be skipped',
  ],
  [
    'says what was left out and why',
    [suite()],
    run({ leftOut }),
    '3 passed, 0 failed, 0 skipped',
    true,
    'LEFT OUT: Docker tests (2 files), because no Docker engine answers',
  ],
  [
    'fails on anything left out in CI',
    [suite()],
    run({ ci: true, leftOut }),
    '3 passed, 0 failed, 0 skipped',
    false,
    'nothing may be skipped or left out',
  ],
  [
    'counts a suite that died as a failure',
    [suite(), suite({ name: 'io', summary: undefined, trouble: 'exit code 7' })],
    run(),
    '3 passed, 1 failed, 0 skipped',
    false,
    'BROKEN (io): exit code 7',
  ],
  [
    'fails when tests were not reached',
    [suite({ summary: summary({ notRun: 2 }) })],
    run(),
    '3 passed, 0 failed, 0 skipped',
    false,
    'NOT RUN (pure): 2 tests',
  ],
  ['fails when no test ran', [], run(), '0 passed, 0 failed, 0 skipped', false, 'no test ran'],
];

describe('the verdict of npm test', () => {
  for (const [name, suites, options, counts, ok, says] of cases) {
    it(name, () => {
      const { lines, ok: succeeded } = verdict(suites, options);
      expect(lines.at(-1)).to.equal(counts);
      expect(succeeded).to.equal(ok);
      expect(lines.join('\n')).to.include(says);
    });
  }
});
