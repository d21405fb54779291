import { millis, SeededChance, type Chance } from '@ekiden/kernel';

import type { AllocatorEvent } from '../../src/allocator/index.js';
import { randomEvent } from './commands.js';
import { eventText } from './story.js';
import type { World } from './world.js';

export interface HistoryOptions {
  /** Of the roles and of nothing else. */
  readonly seed: number;
  readonly batch: boolean;
  /** Batch mode: every run is a cycle, so that triggers do not matter. */
  readonly cyclesOnly?: boolean;
}

/** One command is a number: what it does follows from it and from the world it meets. */
export type Command = number;

export function commandsOf(seed: number, count: number): readonly Command[] {
  const chance = new SeededChance(seed);
  return Array.from({ length: count }, () => chance.int(2 ** 32));
}

/** What one command comes to in the world it meets: one turn. */
export interface Step {
  readonly events: readonly AllocatorEvent[];
  readonly advance: number;
  readonly allocate: boolean;
  readonly cycle: boolean;
  readonly offersMax: number;
  readonly dropped: boolean;
}

/** Tells the world what will happen, and says it. */
export function plan(world: World, chance: Chance, options: HistoryOptions): Step {
  const { batch, cyclesOnly = false } = options;
  const advance = [0, 0, 0, 250, 500, 1_000, 4_000][chance.int(7)] ?? 0;
  world.now = millis(world.now + advance);
  const events: AllocatorEvent[] = [];
  for (let i = chance.int(4) === 0 ? 2 : 1; i > 0; i -= 1) {
    const event = randomEvent(world, chance);
    if (event === undefined) continue;
    world.apply(event);
    events.push(event);
  }
  return {
    events,
    advance,
    allocate: chance.int(6) > 0,
    cycle: batch && (chance.int(2) === 0 || cyclesOnly),
    // What a bounded run leaves queued shows only where later runs do not look at everything anyway.
    offersMax: chance.int(10) === 0 && (cyclesOnly || !batch) ? 1 + chance.int(3) : 1_000,
    dropped: chance.int(10) === 0,
  };
}

export function storyOf({ events, advance, allocate, cycle, offersMax, dropped }: Step): string {
  const said = events.map((event) => `  ${eventText(event)}\n`).join('');
  const run = allocate ? `run${cycle ? ', cycle' : ''}, at most ${offersMax}` : 'no run';
  return `after ${advance} ms:\n${said}  ${run}${dropped ? ', dropped' : ''}`;
}
