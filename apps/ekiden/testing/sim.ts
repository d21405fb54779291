// Runs simulated worlds: `npm run sim -- --help`.
import { parseArgs } from 'node:util';
import { World } from './world/index.js';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '100' },
    from: { type: 'string', default: '1' },
    turns: { type: 'string', default: '300' },
    verbose: { type: 'boolean', default: false },
    'keep-going': { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const HELP = `Runs simulated worlds: the real cores, virtual time, failing hosts and a crashing store.

  --seeds N      how many worlds (100)
  --from S       the first seed (1); a seed replays exactly
  --turns N      turns before everything is healed (300)
  --verbose      tell what happens
  --keep-going   go on after a broken world

Examples:
  npm run sim -- --seeds 10000 --from 1
  npm run sim -- --seeds 1 --from 20903 --verbose
`;

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

if (values.help) console.log(HELP);
else process.exitCode = main();
