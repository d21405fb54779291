import { millis, ok, SeededChance, type Millis } from '@ekiden/kernel';
import { z } from 'zod';

import { instant, minimum, seed, span } from './fields.js';
import { operation, refused } from './operation.js';
import type { Operation } from './operation.js';
import type { ReplayEvent } from './replay-event.js';
import { DEFAULT_SETTINGS, type World } from './world.js';

const sorter = z.enum(['drf', 'random', 'fifo'], { error: 'expected drf, random or fifo' });

/** Before everything else: an allocator in use cannot be set up differently. */
const configure = operation(
  z.strictObject({
    mode: z
      .enum(['batch', 'incremental'], { error: 'expected batch or incremental' })
      .default('incremental'),
    runs: z
      .enum(['automatic', 'explicit'], { error: 'expected automatic or explicit' })
      .default('automatic'),
    allocationIntervalSeconds: span
      .refine((interval) => interval >= 1, 'an interval is at least a millisecond')
      .default(DEFAULT_SETTINGS.allocator.allocationInterval),
    roleSorter: sorter.exactOptional(),
    frameworkSorter: sorter.exactOptional(),
    minAllocatable: minimum.exactOptional(),
    fairnessExclude: z.array(z.string().min(1)).exactOptional(),
    filterGpu: z.boolean().exactOptional(),
    region: z.string().min(1).exactOptional(),
    recovery: z
      .strictObject({
        factor: z.number().min(0).max(1).default(DEFAULT_SETTINGS.recovery.factor),
        timeoutSeconds: span.default(DEFAULT_SETTINGS.recovery.timeout),
      })
      .default({
        factor: DEFAULT_SETTINGS.recovery.factor,
        timeoutSeconds: DEFAULT_SETTINGS.recovery.timeout,
      }),
    seed: seed.default(DEFAULT_SETTINGS.seed),
  }),
  (world, { runs, recovery, seed: first, allocationIntervalSeconds, minAllocatable, ...rest }) => {
    if (world.begun) return refused('must come before all other commands');
    world.configure({
      allocator: {
        ...rest,
        allocationInterval: allocationIntervalSeconds,
        ...(minAllocatable !== undefined && { minimumAllocatable: minAllocatable }),
      },
      runs,
      recovery: { factor: recovery.factor, timeout: recovery.timeoutSeconds },
      seed: first,
    });
    return ok([]);
  },
);

/** Lets time pass and runs what is due on the way. */
const advance = operation(z.strictObject({ seconds: span }), (world, { seconds: by }) => {
  const end = millis(world.now + by);
  const run = world.settings.allocator.mode === 'batch' ? runCycles : runWakes;
  const events = world.verbatim ? [] : run(world, end);
  world.now = end;
  return ok(events);
});

/** One run, asked for: for recorded traces, and to collect commands before they are looked at. */
const allocate = operation(
  z.strictObject({
    seed: seed.exactOptional(),
    offersMax: z.int({ error: 'expected a whole number' }).min(0).exactOptional(),
    cycle: z.boolean().exactOptional(),
    /** Recordings know the time of day; the clock is set to it, forwards or backwards. */
    atSeconds: instant.exactOptional(),
  }),
  (world, { seed: own, atSeconds, ...options }) => {
    if (atSeconds !== undefined) world.now = atSeconds;
    const drawn = own === undefined ? {} : { chance: new SeededChance(own) };
    return ok(world.run({ ...options, ...drawn }));
  },
);

export const timeOperations: Readonly<Record<string, Operation>> = { configure, advance, allocate };

/**
 * Cycles that decide nothing are all alike until something ends: after so many in a row the next
 * one is run when it does, so that years pass quickly.
 */
const IDLE_CYCLES_MAX = 100;

function runCycles(world: World, end: Millis): readonly ReplayEvent[] {
  const interval = world.settings.allocator.allocationInterval;
  const events: ReplayEvent[] = [];
  let idle = 0;
  for (;;) {
    let next = nextMultiple(interval, world.now + 1);
    if (idle >= IDLE_CYCLES_MAX) {
      const deadline = nextDeadline(world);
      if (deadline === undefined) return events;
      next = nextMultiple(interval, Math.max(next, deadline));
    }
    if (next > end) return events;
    world.now = millis(next);
    const made = world.run({ cycle: true });
    idle = made.length === 0 ? idle + 1 : 0;
    events.push(...made);
  }
}

/** Incremental: something is looked at only when a filter or a pause ends. */
function runWakes(world: World, end: Millis): readonly ReplayEvent[] {
  const events: ReplayEvent[] = [];
  for (;;) {
    const deadline = nextDeadline(world);
    if (deadline === undefined) return events;
    const next = Math.max(deadline, world.now + 1);
    if (next > end) return events;
    world.now = millis(next);
    events.push(...world.run({}));
  }
}

function nextDeadline(world: World): Millis | undefined {
  return world.look((turn) => turn.nextDeadline());
}

function nextMultiple(interval: Millis, from: number): number {
  return Math.ceil(from / interval) * interval;
}
