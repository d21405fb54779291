import { expect } from 'chai';
import type { AllocatorCase, Of } from './allocator-case.js';
import { allocator } from './allocator.js';
import { allCases } from './cases/index.js';
import type { Measures } from './meter.js';
import type { WorkloadSpec } from './specs.js';
import { openWorkload } from './workloads/index.js';

const TINY = { share: 0.01, long: false };

function measuresOf(specs: Readonly<Record<string, WorkloadSpec>>): Of {
  const found = new Map<string, Measures>();
  for (const [name, spec] of Object.entries(specs)) found.set(name, openWorkload(spec).round());
  return (process, measure) => {
    const { times = {}, counts = {} } = found.get(process) ?? {};
    return times[measure] ?? counts[measure] ?? Number.NaN;
  };
}

function valuesOf({
  processes,
  plain,
  lines,
}: AllocatorCase): readonly (readonly [string, number])[] {
  const own = measuresOf(processes);
  const reference = measuresOf(plain === undefined ? {} : { plain });
  return lines.flatMap(({ about, value, beside }) => {
    const mine = [about, value(own)] as const;
    if (beside === undefined || !('plain' in beside)) return [mine];
    return [mine, [`${about}, plain`, reference('plain', beside.plain)] as const];
  });
}

describe('the cases of the allocator benchmark', () => {
  for (const one of allCases(TINY)) {
    it(`${one.name}: every row has a value`, () => {
      for (const [about, value] of valuesOf(one)) {
        expect(Number.isFinite(value) && value >= 0, `${about}: ${value}`).to.equal(true);
      }
    });
  }

  it('measure every goal', () => {
    const measured = allCases(TINY).flatMap(({ lines }) => lines.flatMap(({ goal }) => goal ?? []));
    expect([...new Set(measured)].sort()).to.deep.equal([...allocator.goals].sort());
  });

  it('are told apart by their names, and so are their rows', () => {
    const cases = allCases({ share: 1, long: true });
    const names = cases.map(({ name }) => name);
    const rows = cases.flatMap(({ lines }) => lines.map(({ about }) => about));
    expect(new Set(names).size).to.equal(names.length);
    expect(new Set(rows).size).to.equal(rows.length);
  });

  it('offer the same as the plain allocator does', () => {
    const spec = {
      kind: 'declines',
      agents: 60,
      frameworks: 7,
      shape: { kind: 'plain' },
      filter: true,
    } as const;
    // Seven frameworks decline each agent once: then there is nobody left to offer it to.
    for (const [cyclesPerRound, expected] of [
      [2, 60],
      [4, 60],
      [6, 60],
      [7, 0],
    ] as const) {
      const drf = openWorkload({ ...spec, cyclesPerRound, allocator: 'drf' });
      const plain = openWorkload({ ...spec, cyclesPerRound, allocator: 'plain' });
      expect(drf.round().counts['offers']).to.equal(expected);
      expect(plain.round().counts['offers']).to.equal(expected);
    }
  });
});
