// Loaded into a service that is measured (`--import`): how long its event loop was held at a time.
// A slice lies between two rounds of the loop. What counts is CPU time of the loop's own thread, so
// neither a busy machine counts nor other threads (the collector's, the compiler's); collections that
// the loop itself waits for do, and are told of beside it.
// On SIGUSR2 the slices since the last time are written to the file named by BENCH_LOOP_FILE.
import { openSync, readSync, renameSync, writeFileSync } from 'node:fs';
import { PerformanceObserver } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';

const LOOK_MS = 1;
const file = process.env['BENCH_LOOP_FILE'];

/** The kernel adds up the time of a thread that runs at its own ticks, or when it pauses. */
const TICK_MS = 4;
const pauser = new Int32Array(new SharedArrayBuffer(4));
const PAUSE_MS = 0.01;

const accounts = openSync(`/proc/self/task/${process.pid}/schedstat`);
const text = Buffer.alloc(64);

const HEAP_EVERY_MS = 20;
let heapFirst = heapMB();
let heapMost = heapFirst;

let slices = [];
let collections = [];
let before = { at: performance.now(), active: active(), cpu: cpuMs() };

const collector = new PerformanceObserver((list) => collections.push(...list.getEntries()));
collector.observe({ entryTypes: ['gc'] });

function active() {
  return performance.eventLoopUtilization().active;
}

/** CPU time of this thread: the first number, in nanoseconds. */
function cpuMs() {
  readSync(accounts, text, 0, text.length, 0);
  return Number(text.latin1Slice(0, text.indexOf(' '))) / 1e6;
}

function heapMB() {
  return getHeapStatistics().used_heap_size / 1e6;
}

function look() {
  const at = performance.now();
  const now = { at, active: active(), cpu: 0 };
  const wall = Math.min(now.active - before.active, at - before.at);
  if (wall >= TICK_MS) Atomics.wait(pauser, 0, 0, PAUSE_MS);
  now.cpu = cpuMs();
  slices.push({ from: before.at, to: at, held: Math.max(0, Math.min(wall, now.cpu - before.cpu)) });
  before = now;
}

/** Milliseconds of collections in a slice: wall time, as there is nothing else to know of them. */
function collectedIn({ from, to }) {
  return collections
    .filter(({ startTime }) => startTime >= from && startTime <= to)
    .reduce((sum, { duration }) => sum + duration, 0);
}

setInterval(look, LOOK_MS).unref();
setInterval(() => (heapMost = Math.max(heapMost, heapMB())), HEAP_EVERY_MS).unref();

process.on('SIGUSR2', () => {
  look();
  collections.push(...collector.takeRecords());
  const sorted = slices.sort((a, b) => a.held - b.held);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  const longest = at(1);
  const told = {
    count: sorted.length,
    p99: at(0.99)?.held ?? 0,
    max: longest?.held ?? 0,
    maxCollected: longest === undefined ? 0 : Math.min(longest.held, collectedIn(longest)),
    heapMB: heapMost - heapFirst,
  };
  heapFirst = heapMB();
  heapMost = heapFirst;
  slices = [];
  collections = [];
  writeFileSync(`${file}.new`, JSON.stringify(told));
  renameSync(`${file}.new`, file);
});
