import { millis } from '@ekiden/kernel';
import type { PathId } from '../../../apps/ekiden/src/core/app/index.js';
import { mergeGroup, prepareGroup } from '../../../apps/ekiden/src/core/commands/index.js';
import type { GroupWire } from '../../../apps/ekiden/src/core/group/index.js';
import { DEFAULT_SETTINGS, emptyRows } from '../../../apps/ekiden/src/core/turn/index.js';
import { checkGroup } from '../../../apps/ekiden/src/api/schemas/index.js';
import type { Benchmark, Sample } from '../benchmark.js';
import { appsOnLevels, groupOfLevels } from './five-levels.js';

const LEVELS = 5;
const ID = '/bench-levels' as PathId;

/** As long as the service works on one request before it lets others have their turn. */
const SLICE_MS = 5;

/**
 * 5d: a group document of a hundred thousand apps is checked, normalised and converted, by the
 * functions the service uses and in their slices, but without HTTP, a plan or a database.
 */
export const group: Benchmark = {
  name: 'group',
  about: `a group document of ${appsOnLevels(LEVELS)} apps on five levels, in process`,
  goals: ['groupLarge', 'groupLargeSlice'],
  rounds: 7,
  prepare({ quick }) {
    const levels = quick ? LEVELS - 2 : LEVELS;
    const text = JSON.stringify(groupOfLevels('bench-levels', levels));
    const config = `${appsOnLevels(levels)} apps, ${(text.length / 1e6).toFixed(1)} MB`;
    return Promise.resolve({
      cases: [
        {
          name: 'a group of five levels',
          reference: {
            about: 'JSON.parse of the document',
            run: () => sample(() => timed(() => JSON.parse(text) as unknown)),
          },
          subject: {
            about: 'checked, normalised and converted',
            run: () => sample(() => convert(JSON.parse(text) as unknown)),
          },
          rows: [
            { measure: 'time', config, unit: 's', goal: 'groupLarge' as const },
            {
              measure: 'longest',
              config: `${config}, longest slice`,
              unit: 'ms',
              goal: 'groupLargeSlice' as const,
            },
            { measure: 'ahead', config: `${config}, longest ahead of the turn`, unit: 'ms' },
          ],
        },
      ],
      dispose: () => Promise.resolve(),
    });
  },
};

function timed(work: () => unknown): Readonly<Record<string, number>> {
  const begun = performance.now();
  work();
  return { time: (performance.now() - begun) / 1_000 };
}

function convert(document: unknown): Readonly<Record<string, number>> {
  const standing = { draft: emptyRows(), settings: DEFAULT_SETTINGS };
  const slices = new Slices();
  const wire = slices.run(checkGroup(document));
  if (wire === undefined) throw new Error('the document is sound');
  const change = { id: ID, group: wire satisfies GroupWire };
  slices.run(prepareGroup(standing, change, { force: false }));
  const ahead = slices.longest;
  const merged = slices.run(mergeGroup(standing, change, { version: millis(9), force: false }));
  if (!merged.ok) throw new Error('the group is sound');
  const { total, longest } = slices;
  return { time: total / 1_000, longest, ahead };
}

/** Runs work in steps as the service does, and remembers the longest run of them. */
class Slices {
  total = 0;
  longest = 0;

  run<T>(work: Generator<void, T>): T {
    for (;;) {
      const begun = performance.now();
      let step = work.next();
      while (step.done !== true && performance.now() - begun < SLICE_MS) step = work.next();
      const spent = performance.now() - begun;
      this.total += spent;
      this.longest = Math.max(this.longest, spent);
      if (step.done === true) return step.value;
    }
  }
}

function sample(run: () => Readonly<Record<string, number>>): Promise<Sample> {
  const before = process.cpuUsage();
  const measures = run();
  const { user, system } = process.cpuUsage(before);
  return Promise.resolve({ measures, cpuSeconds: (user + system) / 1e6 });
}
