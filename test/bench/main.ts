import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Benchmark, Prepared } from './benchmark.js';
import { BENCHMARKS } from './benchmarks.js';
import { GOALS, textOf } from './goals.js';
import { load, machineFacts } from './machine/index.js';
import { measureCase } from './measure-case.js';
import { HELP, readWish, type RunOptions } from './options.js';
import { describeProfiles } from './profile/index.js';
import { rowsOf, tableOf, type Row } from './report/index.js';

const COSTLIEST = 25;

/** What is to be cleaned up should the run be interrupted. */
let open: Prepared | undefined;

const startedAt = performance.now();

await main();

async function main(): Promise<void> {
  const wish = readWish(
    process.argv.slice(2),
    BENCHMARKS.map(({ name }) => name),
  );
  switch (wish.kind) {
    case 'help':
      print(HELP.trimEnd());
      return;
    case 'list':
      for (const benchmark of BENCHMARKS) list(benchmark);
      return;
    case 'refused':
      process.stderr.write(`${wish.problems.join('\n')}\nTry --help.\n`);
      process.exitCode = 2;
      return;
    case 'run':
      cleanUpOnSignals();
      process.exitCode = await runAll(wish.options);
  }
}

function list({ name, about, goals }: Benchmark): void {
  print(`${name.padEnd(12)} ${about}`);
  for (const key of goals) {
    const { number, about: what, bar, aim } = GOALS[key];
    print(`${' '.repeat(12)} ${number.padEnd(3)} ${what}: ${textOf(bar)} (aim: ${textOf(aim)})`);
  }
}

/** Runs what is named, prints and writes the outcome; returns the exit code. */
async function runAll(options: RunOptions): Promise<number> {
  const machine = machineFacts();
  const begun = new Date().toISOString();
  const facts = Object.entries(machine).map(([fact, value]) => `${fact} ${value}`);
  print(facts.join(', '));
  const loadBefore = load();
  const rows: Row[] = [];
  const failed: { readonly benchmark: string; readonly reason: string }[] = [];
  for (const benchmark of BENCHMARKS.filter(({ name }) => options.names.includes(name))) {
    try {
      rows.push(...(await runOne(benchmark, options)));
    } catch (error) {
      const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
      failed.push({ benchmark: benchmark.name, reason });
      print(`${benchmark.name} could not be run: ${reason}`);
    }
  }
  const loadAverage = { before: loadBefore, after: load() };
  print(`\nload average before ${loadAverage.before}, after ${loadAverage.after}`);
  if (options.json !== undefined) {
    const outcome = { begun, machine, loadAverage, rows, failed };
    writeFileSync(options.json, `${JSON.stringify(outcome, undefined, 2)}\n`);
    print(`written to ${options.json}`);
  }
  if (failed.length > 0) return 1;
  const flawless = rows.every(({ meetsBar, valid }) => meetsBar !== false && valid);
  return options.strict && !flawless ? 1 : 0;
}

async function runOne(benchmark: Benchmark, options: RunOptions): Promise<readonly Row[]> {
  const { name } = benchmark;
  const say = (line: string): void => progress(`${name}: ${line}`);
  say('preparing');
  const prepared = await benchmark.prepare({ long: options.long, say });
  open = prepared;
  try {
    const rows: Row[] = [];
    for (const one of prepared.cases) {
      say(`${one.name}: ${one.reference.about} (reference) and ${one.subject.about} (subject)`);
      const rounds = options.rounds ?? benchmark.rounds;
      const found = rowsOf(name, one, await measureCase(one, { rounds, say }));
      rows.push(...found);
      print(`\n${tableOf(found).join('\n')}\n`);
      if (options.profile === undefined) continue;
      const folder = join(options.profile, `${name}-${one.name.replaceAll(/[^a-z0-9]+/gi, '-')}`);
      say(`${one.name}: once more, with a CPU profile`);
      await one.subject.run({ profileInto: folder });
      print(`\n${describeProfiles(folder, COSTLIEST).join('\n')}\n`);
    }
    return rows;
  } finally {
    open = undefined;
    await prepared.dispose();
  }
}

/** Servers of a round end with us (their directory is watched); what was prepared is ended here. */
function cleanUpOnSignals(): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      const end = (): never => process.exit(1);
      void Promise.resolve(open?.dispose()).then(end, end);
    });
  }
}

/** Seconds since the start before each line: a benchmark takes minutes. */
function progress(line: string): void {
  const seconds = Math.round((performance.now() - startedAt) / 1_000);
  print(`[${String(seconds).padStart(4)} s] ${line}`);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
