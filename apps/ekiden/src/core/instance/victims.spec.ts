import { expect } from 'chai';
import fc from 'fast-check';
import { millis } from '@ekiden/kernel';
import type { Condition, Instance } from './instance.js';
import { sampleInstance } from './sample-instance.js';
import { victimsOf } from './victims.js';

/** Where an instance is: `h1`, or `r1 red` for several fields. */
const places = new Map<string, readonly string[]>();
let made = 0;

function at(place: string, condition: Condition = 'Running', healthy = true): Instance {
  made += 1;
  const instance = sampleInstance(
    String(made).padStart(6, '0'),
    { condition, createdAt: millis(made) },
    { healthy, stagedAt: millis(made) },
  );
  places.set(instance.id, place.split(' '));
  return instance;
}

function many(count: number, place: string): Instance[] {
  return Array.from({ length: count }, () => at(place));
}

function shrink(
  instances: readonly Instance[],
  count: number,
  fields = 1,
  sentenced: readonly Instance[] = [],
): readonly Instance[] {
  const victims = victimsOf(instances, {
    count,
    killSelection: 'YOUNGEST_FIRST',
    isHealthy: ({ task }) => task?.healthy === true,
    sentenced: new Set(sentenced.map(({ id }) => id)),
    spread: Array.from(
      { length: fields },
      (_, field) =>
        ({ id }) =>
          places.get(id)?.[field],
    ),
  });
  expect(new Set(victims).size).to.equal(count);
  return victims;
}

/** How many are left by value of a field. */
function left(
  instances: readonly Instance[],
  victims: readonly Instance[],
  field = 0,
): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const instance of instances) {
    if (victims.includes(instance)) continue;
    const value = places.get(instance.id)?.[field] ?? '';
    counts[value] = (counts[value] ?? 0) + 1;
  }
  return counts;
}

describe('who goes when an app shrinks', () => {
  it('SCL-16: is where most are, until all are even', () => {
    const all = [...many(20, 'h1'), ...many(10, 'h2')];
    expect(left(all, shrink(all, 10))).to.deep.equal({ h1: 10, h2: 10 });
    expect(left(all, shrink(all, 4))).to.deep.equal({ h1: 16, h2: 10 });
    expect(left(all, shrink(all, 13))).to.deep.equal({ h1: 9, h2: 8 });
  });

  it('SCL-17: keeps two fields even at a time', () => {
    const cells = ['r1 red', 'r1 blue', 'r2 red', 'r2 blue'];
    const all = cells.flatMap((cell) => many(10, cell));
    const victims = shrink(all, 20, 2);
    expect(left(all, victims, 0)).to.deep.equal({ r1: 10, r2: 10 });
    expect(left(all, victims, 1)).to.deep.equal({ red: 10, blue: 10 });
  });

  it('SCL-18: is one that nobody hears of before one that runs', () => {
    const [silent, running] = [at('h1', 'Unreachable'), at('h2')];
    expect(shrink([running, silent], 1)).to.deep.equal([silent]);
  });

  it('SCL-19: is an unhealthy one, even where others are more', () => {
    const ill = at('h1', 'Running', false);
    expect(shrink([ill, ...many(3, 'h2')], 1)).to.deep.equal([ill]);
  });

  it('SCL-14: is what waits before anything that has a place', () => {
    const waiting = at('nowhere', 'Scheduled');
    expect(shrink([...many(3, 'h1'), waiting], 1)).to.deep.equal([waiting]);
  });

  it('is the sentenced first, and never more than are to go', () => {
    const all = many(4, 'h1');
    const oldest = all.slice(0, 2);
    expect(shrink(all, 3, 1, oldest)).to.include.members(oldest);
    expect(shrink(all, 1, 1, oldest)).to.have.length(1);
  });

  it('is the youngest of those that are equal', () => {
    const all = ['h1', 'h2', 'h1', 'h2'].map((host) => at(host));
    expect(shrink(all, 1)).to.deep.equal([all[3]]);
    expect(shrink(all, 2)).to.have.members([all[2], all[3]]);
  });

  const counts = fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 1, maxLength: 6 });

  it('leaves what was even as even as it was, and brings the rest closer', () => {
    fc.assert(
      fc.property(counts, fc.nat(), (sizes, pick) => {
        const all = sizes.flatMap((size, i) => many(size, `r${i}`));
        const victims = shrink(all, all.length === 0 ? 0 : pick % (all.length + 1));
        const values = sizes.flatMap((size, i) => (size > 0 ? [`r${i}`] : []));
        const spreadOf = (by: Record<string, number>): number => {
          const numbers = values.map((value) => by[value] ?? 0);
          return numbers.length === 0 ? 0 : Math.max(...numbers) - Math.min(...numbers);
        };
        const before = spreadOf(left(all, []));
        const after = spreadOf(left(all, victims));
        expect(after).to.be.at.most(Math.max(1, before));
      }),
    );
  });

  it('keeps two even fields even when every combination is there in equal numbers', () => {
    const size = fc.integer({ min: 1, max: 4 });
    fc.assert(
      fc.property(size, size, size, fc.nat(), (racks, colors, each, pick) => {
        const all = Array.from({ length: racks * colors }, (_, i) =>
          many(each, `r${i % racks} c${Math.floor(i / racks)}`),
        ).flat();
        const victims = shrink(all, pick % all.length, 2);
        const numbers = Object.values(left(all, victims, 0));
        while (numbers.length < racks) numbers.push(0);
        expect(Math.max(...numbers) - Math.min(...numbers)).to.be.at.most(1);
      }),
    );
  });
});
