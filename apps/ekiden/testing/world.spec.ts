import { expect } from 'chai';
import { testRun } from '@ekiden/testkit';
import { World } from './world/index.js';

const SEEDS = testRun.long ? 10_000 : 200;
const SEEDS_PER_CASE = 2;
const TURNS = 300;

/** Another base each commit, so that in the course of time many worlds are seen. */
const base = testRun.seed;

function notesOf(seed: number): readonly string[] {
  const notes: string[] = [];
  new World(seed, { onNote: (text) => notes.push(text) }).run(100).heal().settle();
  return notes;
}

describe('a simulated world', () => {
  it('goes the same way for the same seed', () => {
    expect(notesOf(base)).to.deep.equal(notesOf(base));
    expect(notesOf(base)).not.to.deep.equal(notesOf(base + 1));
  });

  for (let from = base; from < base + SEEDS; from += SEEDS_PER_CASE) {
    it(`stays safe and comes to rest once healed, seeds ${from} to ${from + SEEDS_PER_CASE - 1}`, () => {
      for (let seed = from; seed < from + SEEDS_PER_CASE; seed += 1) {
        new World(seed).run(TURNS).heal().settle();
      }
    });
  }
});
