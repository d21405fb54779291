// Runs simulated worlds: `npm run sim -- --seeds 1000 --from 1 [--turns 300] [--verbose]`.
import { parseArgs } from 'node:util';
import { World } from './world/index.js';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '100' },
    from: { type: 'string', default: '1' },
    turns: { type: 'string', default: '300' },
    verbose: { type: 'boolean', default: false },
    'keep-going': { type: 'boolean', default: false },
  },
});

const PROGRESS_EVERY = 50;

function main(): number {
  const from = Number(values.from);
  const count = Number(values.seeds);
  const startedAt = performance.now();
  let failed = 0;
  for (let seed = from; seed < from + count; seed += 1) {
    try {
      const options = values.verbose ? { onNote: (text: string) => console.log(text) } : {};
      const world = new World(seed, options).run(Number(values.turns)).heal().settle();
      if (values.verbose) console.log(`seed ${seed}: ${world.describe()}`);
    } catch (error) {
      failed += 1;
      console.log(error instanceof Error ? error.message : error);
      if (!values['keep-going']) return 1;
    }
    const done = seed - from + 1;
    if (done % PROGRESS_EVERY > 0) continue;
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    console.log(`${done} of ${count} worlds, ${failed} broken, ${seconds} s`);
  }
  return failed === 0 ? 0 : 1;
}

process.exitCode = main();
