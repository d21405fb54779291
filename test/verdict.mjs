// From what the suites reported to what `npm test` says and returns. Pure: no I/O here.

/** A single test over this is a failure in a normal run; the long run gives no limit. */
export const SLOWEST_TEST_MS = 20_000;

/**
 * @param {{ name: string, summary: object | undefined, trouble: string | undefined }[]} suites
 *   `summary` as written by counting-reporter.cjs, undefined when the process died before its end;
 *   `trouble` = what went wrong with the process itself (exit code, hang).
 * @param {{ ci: boolean, long: boolean, leftOut: { what: string, why: string }[] }} run
 *   `leftOut` = spec files that were not started at all.
 * @returns {{ lines: string[], ok: boolean }} the last line is `N passed, N failed, N skipped`.
 */
export function verdict(suites, { ci, long, leftOut }) {
  const lines = [];
  const problems = [];
  let passed = 0;
  let failed = 0;
  let skipped = 0;

  for (const { name, summary, trouble } of suites) {
    if (summary !== undefined) {
      const tooSlow = long ? [] : summary.slow.filter(({ ms }) => ms > SLOWEST_TEST_MS);
      passed += summary.passed - tooSlow.length;
      failed += summary.failed.length + tooSlow.length;
      skipped += summary.skipped.length;
      for (const { title, ms, reason } of summary.failed) {
        const after = ms === undefined ? '' : ` after ${ms} ms`;
        problems.push(`FAILED (${name})${after}: ${title}: ${reason}`);
      }
      for (const { title, ms } of tooSlow) {
        problems.push(`TOO SLOW (${name}): ${title}: ${ms} ms, the limit is ${SLOWEST_TEST_MS} ms`);
      }
      if (summary.notRun > 0) problems.push(`NOT RUN (${name}): ${summary.notRun} tests`);
      for (const title of summary.skipped) lines.push(`SKIPPED (${name}): ${title}`);
    }
    if (trouble !== undefined) {
      problems.push(`BROKEN (${name}): ${trouble}`);
      failed += 1; // a suite that broke must show in the counts, even when its tests passed
    }
  }
  for (const { what, why } of leftOut) lines.push(`LEFT OUT: ${what}, because ${why}`);

  const incomplete = skipped > 0 || leftOut.length > 0;
  if (ci && incomplete) problems.push('CI=true: nothing may be skipped or left out');
  if (passed + failed + skipped === 0) problems.push('no test ran at all');
  return {
    lines: [...lines, ...problems, `${passed} passed, ${failed} failed, ${skipped} skipped`],
    ok: problems.length === 0,
  };
}
