import { World } from './world/index.js';

const SEEDS = 200;
const SEEDS_PER_CASE = 25;
const TURNS = 300;

/** Another base each commit, so that in the course of time many worlds are seen. */
const base = Number(process.env['EKIDEN_SEED_BASE'] ?? 1) | 0;

describe('a simulated world', () => {
  for (let from = base; from < base + SEEDS; from += SEEDS_PER_CASE) {
    it(`stays safe and comes to rest once healed, seeds ${from} to ${from + SEEDS_PER_CASE - 1}`, () => {
      for (let seed = from; seed < from + SEEDS_PER_CASE; seed += 1) {
        new World(seed).run(TURNS).heal().settle();
      }
    });
  }
});
