import { writeFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import type { Answer, Order } from './messages.js';
import { timed, type Measures } from './meter.js';
import type { WorkloadSpec } from './specs.js';
import { openWorkload } from './workloads/index.js';

/*
 * Runs one workload at one size, so that memory and compiled code are its own. Begun with the
 * workload as JSON; ends when its parent does or lets go of it.
 */

const NOTHING: Measures = { times: {}, counts: {} };

const spec = JSON.parse(process.argv[2] ?? '') as WorkloadSpec;
const setUp = timed(() => openWorkload(spec));
const workload = setUp.value;

process.on('disconnect', () => process.exit());
process.on('message', (order: Order) => {
  switch (order.kind) {
    case 'round': {
      const { value, ms } = timed(() => workload.round());
      answer({ measures: value, cpuSeconds: ms / 1_000 });
      return;
    }
    case 'profile':
      void profile(order.file, order.rounds);
  }
});
answer({ measures: NOTHING, cpuSeconds: setUp.ms / 1_000 });

/** A rejection ends the process, and the parent is told by its end. */
async function profile(file: string, rounds: number): Promise<void> {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: 500 });
  await session.post('Profiler.start');
  for (let n = 0; n < rounds; n += 1) workload.round();
  const { profile: recorded } = await session.post('Profiler.stop');
  session.disconnect();
  writeFileSync(file, JSON.stringify(recorded));
  answer({ measures: NOTHING, cpuSeconds: 0 });
}

function answer(what: Answer): void {
  process.send?.(what);
}
