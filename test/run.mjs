// `npm test`: the pure suite and the lanes of the I/O suite as mocha processes side by side.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startSuite } from './suite-process.mjs';
import { verdict } from './verdict.mjs';

const HELP = `Runs all tests; the last line is always "N passed, N failed, N skipped".

Usage: npm test [-- options]

  --long         full counts: 10,000 simulation seeds and so on, hours instead of minutes
                 (sets EKIDEN_TEST_LONG=1; a single test may then take longer than 20 s)
  --seed <n>     where all randomised tests start (whole number; default: EKIDEN_SEED_BASE, or
                 derived from the commit, so that the same commit is tested the same way)
  --suite <name> only "pure" (no I/O, seconds) or only "io" (Postgres, processes, files)
  --help         this text

With CI=true a skipped test or anything left out is a failure.

Examples:
  npm test
  npm test -- --suite pure
  npm test -- --seed 1234            repeat a run somebody reported
  npm run test:long
  npx mocha -g "overlay"             a few tests by name, without this runner
`;

const MINUTE = 60_000;
const PROGRESS_EVERY_MS = 15_000;
const CI = process.env.CI === 'true';

/** Where the routes of a lane's services may be, and the tasks of their agents. */
const ports = (service, previews, scopes, tasks) => ({
  EKIDEN_SERVICE_PORT_MIN: service,
  EKIDEN_PREVIEW_PORTS: previews,
  EKIDEN_SCOPE_PORTS: scopes,
  EKIDEN_TEST_HOST_PORTS: tasks,
});

/**
 * The I/O suite in lanes that take about as long. Services of different lanes run at the same time:
 * each lane has its own ports for routes and tasks, so that they are not in each other's way.
 */
const LANES = [
  {
    name: 'I/O of hosts',
    // Processes and containers, by themselves and under the service.
    has: (file) => /^(libs\/host[^/]*|test\/docker)\//.test(file),
    env: ports('16000', '20001-20299', '21000-23999', '31000-31599'),
  },
  {
    name: 'I/O of the service',
    has: (file) => /^test\/(integration|packaging)\//.test(file),
    env: ports('13000', '20300-20599', '24000-26999', '31600-31999'),
  },
  {
    name: 'I/O of its clients',
    has: () => true,
    env: ports('10000', '20600-20999', '27000-29999', '32000-32399'),
  },
];

/** Real definitions, beside the working copy: they are not ours to keep in it. */
const CORPUS = new URL('../../shared/corpus', import.meta.url);

/** What some specs need of the machine: left out, loudly, where it is missing. */
const NEEDS = [
  {
    what: 'Docker tests',
    specs: '.docker.io.spec.ts',
    missing: () => {
      const { status } = spawnSync('docker', ['version'], { stdio: 'ignore', timeout: 10_000 });
      if (status !== 0) return 'no Docker engine answers (apt-get install docker.io, dockerd)';
      if (!existsSync('/bin/busybox')) return 'no /bin/busybox (apt-get install busybox-static)';
      if (process.getuid?.() !== 0) return 'only root can start engines for tests';
      return undefined;
    },
  },
  {
    what: 'the corpus of definitions',
    specs: '.corpus.spec.ts',
    missing: () => {
      const folder = process.env.EKIDEN_CORPUS ?? fileURLToPath(CORPUS);
      return existsSync(join(folder, 'manifest.json'))
        ? undefined
        : `there is no ${folder} (EKIDEN_CORPUS says where it lies)`;
    },
  },
  {
    what: 'HAProxy tests',
    specs: '.haproxy.io.spec.ts',
    missing: () =>
      existsSync('/usr/sbin/haproxy')
        ? undefined
        : 'no /usr/sbin/haproxy (apt-get install haproxy)',
  },
  {
    what: 'browser tests',
    specs: '.browser.spec.ts',
    missing: () =>
      existsSync('/usr/bin/chromium')
        ? undefined
        : 'no /usr/bin/chromium (apt-get install chromium)',
  },
];

const options = readOptions();
if (options.help) process.stdout.write(HELP);
else process.exitCode = (await main()) ? 0 : 1;

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        long: { type: 'boolean', default: false },
        seed: { type: 'string', default: process.env.EKIDEN_SEED_BASE ?? String(commitSeed()) },
        suite: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    });
    if (!/^\d{1,10}$/.test(values.seed)) throw new Error(`--seed ${values.seed}: no whole number`);
    if (values.suite !== undefined && !['pure', 'io'].includes(values.suite)) {
      throw new Error(`--suite ${values.suite}: there is "pure" and "io"`);
    }
    return values;
  } catch (error) {
    process.stderr.write(`${error.message}\n\n${HELP}`);
    process.exit(2);
  }
}

async function main() {
  const scratch = mkdtempSync(join(tmpdir(), 'ekiden-test-'));
  try {
    say(`seed base ${options.seed}${options.long ? ', full counts' : ''}`);
    const leftOut = [];
    const results = [];
    const wanted = (suite) => options.suite === undefined || options.suite === suite;
    let runIo = wanted('io');
    if (runIo && needsBuild()) {
      const trouble = build();
      if (trouble !== undefined) {
        results.push({ name: 'build', summary: undefined, trouble });
        leftOut.push({ what: 'the I/O suite', why: 'the build failed' });
        runIo = false;
      }
    }
    const started = [
      ...(wanted('pure') ? [pureSuite(scratch)] : []),
      ...(runIo ? ioSuites(scratch, leftOut) : []),
    ];
    for (const signal of ['SIGINT', 'SIGTERM']) {
      process.once(signal, () => {
        for (const suite of started) suite.stop('SIGKILL');
      });
    }
    // In order: the pure suite's output is shown as it comes, the others' when they are done.
    for (const suite of started) results.push(await suite.finished());
    const { lines, ok } = verdict(results, { ci: CI, long: options.long, leftOut });
    process.stdout.write(`\n${lines.join('\n')}\n`);
    return ok;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function pureSuite(scratch) {
  say('pure suite:');
  const suite = startSuite({
    ...suiteOptions('pure', scratch),
    config: '.mocharc.json',
    args: longArgs(),
    onOutput: (text) => process.stdout.write(text),
  });
  return { stop: suite.stop, finished: () => suite.done };
}

function ioSuites(scratch, leftOut) {
  const specs = specFiles(['apps', 'libs', 'test']);
  const ignore = [];
  for (const { what, specs: suffix, missing } of NEEDS) {
    const files = specs.filter((file) => file.endsWith(suffix));
    const why = files.length === 0 ? undefined : missing();
    if (why === undefined) continue;
    ignore.push(`**/*${suffix}`);
    leftOut.push({ what: `${what} (${files.length} files)`, why });
  }
  const laneOf = (file) => LANES.find((lane) => lane.has(file));
  return LANES.map((lane) => {
    const others = specs.filter((file) => laneOf(file) !== lane);
    return ioSuite(lane, scratch, [...ignore, ...others]);
  });
}

function ioSuite({ name, env }, scratch, ignore) {
  const startedAt = performance.now();
  const output = [];
  const suite = startSuite({
    ...suiteOptions(name, scratch, env),
    config: '.mocharc.integration.json',
    args: [...longArgs(), ...ignore.flatMap((glob) => ['--ignore', glob])],
    onOutput: (text) => output.push(text),
  });
  return {
    stop: suite.stop,
    finished: async () => {
      const progress = setInterval(() => {
        const lines = output.slice(-20).join('').trimEnd().split('\n');
        const elapsed = Math.round((performance.now() - startedAt) / 1_000);
        say(`${name}: ${elapsed} s, now at: ${lines.at(-1)?.trim() ?? ''}`);
      }, PROGRESS_EVERY_MS);
      const result = await suite.done;
      clearInterval(progress);
      say(`${name}:`);
      process.stdout.write(output.join(''));
      return result;
    },
  };
}

function suiteOptions(name, scratch, env = {}) {
  return {
    name,
    summaryFile: join(scratch, `${name.replace(/\W+/g, '-')}.json`),
    limitMs: (options.long ? 600 : 20) * MINUTE,
    env: {
      ...process.env,
      ...env,
      EKIDEN_SEED_BASE: options.seed,
      ...(options.long ? { EKIDEN_TEST_LONG: '1' } : {}),
    },
  };
}

/** With full counts the limits per test in .mocharc*.json are too tight. */
function longArgs() {
  return options.long ? ['--timeout', String(60 * MINUTE)] : [];
}

/**
 * Specs under test/ drive the built service from outside; those of the tools need no build. Who has
 * just built it says so (EKIDEN_TEST_BUILT=1).
 */
function needsBuild() {
  if (process.env.EKIDEN_TEST_BUILT === '1' && existsSync('dist')) return false;
  return specFiles(['test']).some((file) => !file.startsWith(join('test', 'tooling')));
}

/** @returns {string | undefined} what went wrong */
function build() {
  say('building the service for the black-box tests');
  const { status, stdout, error } = spawnSync('npm', ['run', '--silent', 'build'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: 3 * MINUTE,
  });
  if (status === 0) return undefined;
  process.stdout.write(stdout ?? '');
  return `npm run build: ${error?.message ?? `exit code ${status}`}`;
}

function specFiles(folders) {
  return folders
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder, { recursive: true }).map((file) => join(folder, file)))
    .filter((file) => /\.spec\.(ts|mjs)$/.test(file) && !file.includes('node_modules'));
}

/** The first 28 bits of the commit, so that a checkout is tested the same way everywhere. */
function commitSeed() {
  try {
    const commit = execFileSync('git', ['rev-parse', 'HEAD'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return Number.parseInt(commit.slice(0, 7), 16);
  } catch {
    return 1; // an unpacked archive: no git, no commit
  }
}

function say(text) {
  process.stdout.write(`== ${text}\n`);
}
