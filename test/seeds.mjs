// Loaded by mocha before the specs (`require` in .mocharc*.json): where fast-check starts.
//
// EKIDEN_SEED_BASE   whole number; test/run.mjs derives it from the commit, so that a run can be
//                    repeated. Without it fast-check picks a seed and names it when a property fails.
// EKIDEN_TEST_LONG   1: ten times as many cases per property.
import fc from 'fast-check';

const base = process.env.EKIDEN_SEED_BASE;
fc.configureGlobal({
  ...(base === undefined ? {} : { seed: Number(base) | 0 }),
  ...(process.env.EKIDEN_TEST_LONG === '1' ? { numRuns: 1_000 } : {}),
});
