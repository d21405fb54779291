// One mocha process: started in its own process group, its output collected, its end awaited.
import { spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const MOCHA = createRequire(import.meta.url).resolve('mocha/bin/mocha.js');
const REPORTER = fileURLToPath(new URL('counting-reporter.cjs', import.meta.url));

/** How long a process may live on after its last test before something must have been left open. */
const EXIT_GRACE_MS = 15_000;

/**
 * Starts a suite. `onOutput` receives its output as it comes, standard error included.
 *
 * @param {{ name: string, config: string, args: string[], summaryFile: string, limitMs: number,
 *   env: NodeJS.ProcessEnv, onOutput: (text: string) => void }} options
 * @returns {{ stop: (signal: NodeJS.Signals) => void, done: Promise<{ name: string,
 *   summary: object | undefined, trouble: string | undefined }> }}
 */
export function startSuite({ name, config, args, summaryFile, limitMs, env, onOutput }) {
  rmSync(summaryFile, { force: true });
  const child = spawn(
    process.execPath,
    [
      ...[MOCHA, '--config', config, '--forbid-only', '--reporter', REPORTER],
      ...['--reporter-option', `file=${summaryFile}`],
      ...args,
    ],
    { env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8');
    stream.on('data', onOutput);
  }

  const stop = (signal) => {
    try {
      process.kill(-child.pid, signal);
    } catch (error) {
      if (error.code !== 'ESRCH') throw error; // gone already: nothing to stop
    }
  };

  let hang;
  const overtime = setTimeout(() => {
    hang = `still running after ${limitMs / 1000} s`;
    stop('SIGKILL');
  }, limitMs);
  let lastTestAt;
  const watch = setInterval(() => {
    if (readSummary(summaryFile) === undefined) return;
    lastTestAt ??= performance.now();
    if (performance.now() - lastTestAt < EXIT_GRACE_MS) return;
    hang =
      'all tests are done but the process does not end: a server, socket or timer is left open';
    stop('SIGKILL');
  }, 1_000);

  const done = new Promise((resolve) => {
    const finish = (trouble) => {
      clearTimeout(overtime);
      clearInterval(watch);
      resolve({ name, summary: readSummary(summaryFile), trouble });
    };
    child.once('error', (error) => finish(`cannot start mocha: ${error.message}`));
    child.once('close', (code, signal) => {
      if (hang !== undefined) finish(hang);
      else if (signal !== null) finish(`ended by ${signal}`);
      else if (code === 0 || hasFailures(readSummary(summaryFile))) finish(undefined);
      else finish(`exit code ${code}`);
    });
  });
  return { stop, done };
}

/** Failed tests are mocha's ordinary reason for an exit code other than 0. */
function hasFailures(summary) {
  return summary !== undefined && summary.failed.length > 0;
}

/** What the reporter wrote, or undefined while (or when) the suite has not come to its end. */
function readSummary(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}
