import { writeFileSync } from 'node:fs';
import { builtService } from '../bench/service/index.js';
import { TestService } from '../support/index.js';
import { AREAS } from './areas/index.js';
import { HELP, readWish, type RunOptions } from './options.js';
import { linesOf, listOf, summaryOf } from './report.js';
import {
  runCases,
  selectCases,
  sweep,
  type Outcome,
  type RunSetting,
  type Selected,
} from './run/index.js';

const PROGRESS_EVERY_MS = 5_000;

/** The service of our own, to be ended should the run be interrupted. */
let started: TestService | undefined;

await main();

async function main(): Promise<void> {
  const wish = readWish(
    process.argv.slice(2),
    AREAS.map(({ name }) => name),
  );
  switch (wish.kind) {
    case 'help':
      print(HELP.trimEnd());
      return;
    case 'refused':
      process.stderr.write(`${wish.problems.join('\n')}\nTry --help.\n`);
      process.exitCode = 2;
      return;
    case 'list': {
      const { cases } = selectCases(AREAS, wish.options);
      for (const line of [...listOf(cases), `${cases.length} cases`]) print(line);
      return;
    }
    case 'run':
      endOnSignals();
      process.exitCode = await runAll(wish.options);
  }
}

/** Returns the exit code. */
async function runAll(options: RunOptions): Promise<number> {
  const selected = selectCases(AREAS, options);
  if (selected.cases.length === 0) {
    process.stderr.write('no case is like that; try --list\n');
    return 2;
  }
  const url = options.url ?? (await ownService());
  try {
    const run = Date.now().toString(36).slice(-5);
    const { headers, server, lanes, patienceMs } = options;
    const setting = { target: { url, headers }, server, lanes, patienceMs, run };
    announce(setting, selected);
    const outcomes = await follow(runCases(selected.cases, setting), options.verbose);
    const left = await sweep(setting);
    if (left.length > 0) print(`removed what cases left behind: ${left.join(', ')}`);
    for (const line of ['', ...summaryOf(outcomes)]) print(line);
    if (options.json !== undefined) write(options.json, outcomes);
    return outcomes.some(({ failure }) => failure !== undefined) ? 1 : 0;
  } finally {
    await started?.dispose();
  }
}

async function ownService(): Promise<string> {
  process.env['EKIDEN_TEST_SERVICE'] = builtService(print);
  print('no --url: starting a service of our own, on an empty database');
  started = new TestService();
  await started.start();
  return started.url;
}

function announce({ target, server, run }: RunSetting, { cases, leftOut }: Selected): void {
  print(`${cases.length} cases against ${target.url}, as ${server} answers; run ${run}`);
  for (const [need, count] of leftOut) print(`left out: ${count} cases that need ${need} (--help)`);
}

/** Reports outcomes in the order of the table, and how far the run is. */
async function follow(
  running: readonly Promise<Outcome>[],
  verbose: boolean,
): Promise<readonly Outcome[]> {
  let ended = 0;
  let failed = 0;
  for (const one of running) {
    void one.then(({ failure }) => {
      ended += 1;
      if (failure !== undefined) failed += 1;
    });
  }
  const progress = setInterval(() => {
    print(`... ${ended} of ${running.length} cases, ${failed} failed`);
  }, PROGRESS_EVERY_MS);
  const outcomes: Outcome[] = [];
  for (const one of running) {
    const outcome = await one;
    outcomes.push(outcome);
    for (const line of linesOf(outcome, verbose)) print(line);
  }
  clearInterval(progress);
  return outcomes;
}

function write(file: string, outcomes: readonly Outcome[]): void {
  const rows = outcomes.map(({ one, ms, failure }) => ({
    id: one.id,
    source: one.case.source,
    name: one.case.name,
    ms: Math.round(ms),
    ...(failure === undefined ? {} : { failure }),
  }));
  writeFileSync(file, `${JSON.stringify(rows, undefined, 2)}\n`);
  print(`written to ${file}`);
}

function endOnSignals(): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      const end = (): never => process.exit(1);
      void Promise.resolve(started?.dispose()).then(end, end);
    });
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
