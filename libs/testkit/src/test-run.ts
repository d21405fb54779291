/** What was asked of this run of the tests. */
export interface TestRun {
  /** Full counts (`npm run test:long`): for hours instead of minutes. */
  readonly long: boolean;
  /** Where randomised tests start (`npm test -- --seed`): a whole number of 32 bits. */
  readonly seed: number;
  /** Golden files are rewritten instead of compared. */
  readonly updateGolden: boolean;
}

/**
 * The one place where specs learn how they are run; test/run.mjs sets the variables. Without them:
 * short, from seed 1, comparing.
 */
export const testRun: TestRun = {
  long: process.env['EKIDEN_TEST_LONG'] === '1',
  seed: Number(process.env['EKIDEN_SEED_BASE'] ?? 1) | 0,
  updateGolden: process.env['UPDATE_GOLDEN'] === '1',
};
