import { SeededChance } from '@ekiden/kernel';

import type { Allocator, AllocatorTurn } from '../../src/allocator/index.js';
import { firstDifference } from './difference.js';
import { offersText } from './stage.js';
import { SteadyChance } from './steady-chance.js';
import { plan, storyOf, type Command, type HistoryOptions, type Step } from './steps.js';
import { World } from './world.js';

export interface Divergence {
  /** Index of the command after which the two were apart. */
  readonly at: number;
  readonly what: string;
  readonly story: readonly string[];
}

/**
 * Plays the same history on both allocators and compares what they decide and what they have in
 * their books after each command. A history may be cut anywhere: commands that make no sense any
 * more do nothing.
 */
export function playBoth(
  make: () => readonly [Allocator, Allocator],
  options: HistoryOptions,
  commands: readonly Command[],
): Divergence | undefined {
  const [one, other] = make();
  let world = new World(options.seed);
  const story: string[] = [];
  for (const [at, command] of commands.entries()) {
    const chance = new SeededChance(command);
    const draft = world.copy();
    const turns = [one.begin(), other.begin()] as const;
    const step = plan(draft, chance, options);
    story.push(storyOf(step));
    const what = attempt(() =>
      take(turns, draft, { ...step, command, batch: options.batch }, story),
    );
    if (what !== undefined) return { at, what, story };
    if (step.dropped) continue;
    for (const turn of turns) turn.merge();
    world = draft;
  }
  return undefined;
}

function take(
  turns: readonly [AllocatorTurn, AllocatorTurn],
  world: World,
  step: Step & { readonly command: Command; readonly batch: boolean },
  story: string[],
): string | undefined {
  for (const turn of turns) for (const event of step.events) turn.reduce(event);
  if (step.allocate) {
    const { cycle, offersMax, command } = step;
    const runs = turns.map((turn) =>
      turn.allocate({ now: world.now, chance: new SteadyChance(command), offersMax, cycle }),
    );
    const [mine, theirs] = runs;
    if (mine === undefined || theirs === undefined) return 'no runs';
    const apart = firstDifference.ofRuns(mine, theirs);
    if (apart !== undefined) return apart;
    if (mine.allocations.length > 0) story.push(`  -> ${offersText(mine.allocations)}`);
    world.took(mine);
  }
  return firstDifference.ofBooks(turns, world, step.batch);
}

function attempt(play: () => string | undefined): string | undefined {
  try {
    return play();
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
}

/** Leaves out whatever the divergence does not need; the shortest history it finds. */
export function shorten(
  commands: readonly Command[],
  diverges: (commands: readonly Command[]) => boolean,
): readonly Command[] {
  let kept = commands;
  for (let size = Math.ceil(kept.length / 2); size >= 1; size = Math.floor(size / 2)) {
    for (let start = 0; start < kept.length;) {
      const shorter = [...kept.slice(0, start), ...kept.slice(start + size)];
      if (diverges(shorter)) kept = shorter;
      else start += size;
    }
  }
  return kept;
}
