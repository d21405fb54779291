import { WorldBroken } from '@ekiden/testkit';
import type { Instance } from '../src/core/instance/index.js';
import type { Turn } from '../src/core/loop/index.js';
import { World, type WorldOptions } from './world/index.js';

/** A rule, what is wrong with a world that breaks it, and how it is made so. */
export type FaultyWorld = readonly [rule: string, name: string, options: WorldOptions];

const SEEDS = 60;

/** Rules that worlds with this fault break; each world ends at its first breach. */
export function rulesBroken(wanted: string, options: WorldOptions): Set<string> {
  const rules = new Set<string>();
  for (let seed = 1; seed <= SEEDS && !rules.has(wanted); seed += 1) {
    try {
      new World(seed, { forkEvery: 4, ...options }).run(250).heal().settle();
    } catch (error) {
      if (!(error instanceof WorldBroken)) throw error;
      for (const { rule } of error.story.breaches) rules.add(rule);
    }
  }
  return rules;
}

export function changedInstances({ draft }: Turn): Instance[] {
  return draft.instances.changes().flatMap(([, row]) => row ?? []);
}
