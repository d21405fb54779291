import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Benchmark, Case, Prepared } from './benchmark.js';
import { BENCHMARKS } from './benchmarks.js';
import { textOf } from './bounds.js';
import { GOALS } from './goals.js';
import { load, machineFacts } from './machine/index.js';
import { measureCase } from './measure-case.js';
import { HELP, readWish, type RunOptions } from './options.js';
import { describeProfiles, profiled } from './profile/index.js';
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
  const failed: Failure[] = [];
  const fail = (benchmark: string, error: unknown): void => {
    const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
    failed.push({ benchmark, reason });
    print(`${benchmark} could not be run: ${reason}`);
  };
  for (const benchmark of BENCHMARKS.filter(({ name }) => options.names.includes(name))) {
    try {
      rows.push(...(await runOne(benchmark, options, fail)));
    } catch (error) {
      fail(benchmark.name, error);
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

interface Failure {
  readonly benchmark: string;
  readonly reason: string;
}

/** A case that cannot be run is told to `fail`, and the others are run all the same. */
async function runOne(
  benchmark: Benchmark,
  options: RunOptions,
  fail: (what: string, error: unknown) => void,
): Promise<readonly Row[]> {
  const { name } = benchmark;
  const say = (line: string): void => progress(`${name}: ${line}`);
  say('preparing');
  const prepared = await benchmark.prepare({ long: options.long, quick: options.quick, say });
  open = prepared;
  try {
    const rows: Row[] = [];
    const wanted = prepared.cases.filter((each) => isWanted(each, options.only));
    if (wanted.length === 0) print(`${name} has no case ${options.only ?? ''}`);
    for (const one of wanted) {
      try {
        rows.push(...(await runCase(name, one, options.rounds ?? benchmark.rounds, say)));
        if (options.profile !== undefined) await profileCase(name, one, options.profile, say);
      } catch (error) {
        fail(`${name}: ${one.name}`, error);
      }
    }
    return rows;
  } finally {
    open = undefined;
    await prepared.dispose();
  }
}

async function runCase(
  name: string,
  one: Case,
  rounds: number,
  say: (line: string) => void,
): Promise<readonly Row[]> {
  say(`${one.name}: ${one.reference.about} (reference) and ${one.subject.about} (subject)`);
  const rows = rowsOf(name, one, await measureCase(one, { rounds, say }));
  print(`\n${tableOf(rows).join('\n')}\n`);
  return rows;
}

async function profileCase(
  name: string,
  one: Case,
  into: string,
  say: (line: string) => void,
): Promise<void> {
  const folder = join(into, `${name}-${one.name.replaceAll(/[^a-z0-9]+/gi, '-')}`);
  say(`${one.name}: once more, with a CPU profile`);
  await profiled(folder, () => one.subject.run({ profileInto: folder }));
  print(`\n${describeProfiles(folder, COSTLIEST).join('\n')}\n`);
}

function isWanted({ name, rows }: Case, only: string | undefined): boolean {
  if (only === undefined || wordsOf(name).includes(wordsOf(only))) return true;
  return rows.some(({ goal }) => goal !== undefined && GOALS[goal].number === only);
}

/** Whole words are compared: `W1` is not in `W10`. */
function wordsOf(text: string): string {
  return ` ${text.toLowerCase().match(/\w+/g)?.join(' ') ?? ''} `;
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
