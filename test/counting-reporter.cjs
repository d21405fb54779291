// Mocha's spec reporter that also leaves what test/run.mjs needs in a file: counts, what failed and
// why, what was skipped, what took long. Mocha loads reporters by require, hence CommonJS.
const { writeFileSync } = require('node:fs');
const { reporters } = require('mocha');

/** In characters. */
const REASON_LENGTH = 400;

module.exports = class CountingReporter extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const summary = { passed: 0, failed: [], skipped: [], slow: [], notRun: 0 };
    let ended = 0;
    runner.on('pass', (test) => {
      summary.passed += 1;
      ended += 1;
      if (test.duration > 1_000) summary.slow.push({ title: titleOf(test), ms: test.duration });
    });
    runner.on('pending', (test) => {
      summary.skipped.push(titleOf(test));
      ended += 1;
    });
    // A hook that fails is reported here too, in place of the tests it kept from running.
    runner.on('fail', (test, error) => {
      summary.failed.push({ title: titleOf(test), ms: test.duration, reason: reasonOf(error) });
      if (test.type === 'test') ended += 1;
    });
    const file = options.reporterOption?.file ?? options.reporterOptions?.file;
    runner.once('end', () => {
      summary.notRun = Math.max(0, runner.total - ended);
      if (file !== undefined) writeFileSync(file, JSON.stringify(summary));
    });
  }
};

function titleOf(test) {
  return test.titlePath().join(' › ');
}

/** The beginning of what a test failed with: enough to know it by where only the end is read. */
function reasonOf(error) {
  const text = error instanceof Error ? error.message : String(error);
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > REASON_LENGTH ? `${line.slice(0, REASON_LENGTH)}...` : line;
}
