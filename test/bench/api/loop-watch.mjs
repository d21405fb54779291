// Loaded into a service that is measured (`--import`): how long its event loop was held at a time.
// A slice lies between two rounds of the loop. Its thread CPU is at most its wall time, and at most
// what the whole process used meanwhile (which has the collector's and the compiler's threads in
// it): the smaller of the two is taken, so a busy machine does not count, nor do other threads.
// On SIGUSR2 the slices since the last time are written to the file named by BENCH_LOOP_FILE.
import { renameSync, writeFileSync } from 'node:fs';

const LOOK_MS = 1;
const file = process.env['BENCH_LOOP_FILE'];

let slices = [];
let before = { at: performance.now(), active: active(), cpu: cpuMs() };

function active() {
  return performance.eventLoopUtilization().active;
}

function cpuMs() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

function look() {
  const now = { at: performance.now(), active: active(), cpu: cpuMs() };
  const held = Math.min(now.active - before.active, now.at - before.at, now.cpu - before.cpu);
  if (held >= 0) slices.push(held);
  before = now;
}

setInterval(look, LOOK_MS).unref();

process.on('SIGUSR2', () => {
  look();
  const sorted = slices.sort((a, b) => a - b);
  slices = [];
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  const told = { count: sorted.length, p99: at(0.99), max: at(1) };
  writeFileSync(`${file}.new`, JSON.stringify(told));
  renameSync(`${file}.new`, file);
});
