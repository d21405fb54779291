import { expect } from 'chai';
import fc from 'fast-check';

import {
  addResources,
  allocatableTo,
  containsRanges,
  containsResources,
  countRanges,
  differenceRanges,
  filterResources,
  formatResources,
  intersectResources,
  isDivisible,
  isPersistentVolume,
  isRefined,
  isReserved,
  isRevocable,
  isShared,
  mayUse,
  nonShared,
  rangesOf,
  reservationStack,
  resourcesOf,
  sharedOnce,
  subtractSaturating,
  takePorts,
} from './index.js';
import type { Ranges, Resource } from './index.js';
import { coalesce, intersectRanges, unionRanges } from './ranges.js';
import { bag, object } from '../../testing/bag.js';

describe('objects', () => {
  const kinds: readonly (readonly [string, string])[] = [
    ['cpus:1', 'divisible'],
    ['cpus(a):1', 'reserved divisible'],
    ['cpus(a, p):1', 'reserved divisible'],
    ['cpus(reservations: [(STATIC,a),(DYNAMIC,a/b)]):1', 'reserved refined divisible'],
    ['cpus{REV}:1', 'revocable divisible'],
    ['ports:[1-2]', 'divisible'],
    ['disk[PATH:/p]:1', 'divisible'],
    ['disk[RAW]:1', 'divisible'],
    ['disk[RAW(,x,)]:1', ''],
    ['disk[MOUNT:/m]:1', ''],
    ['disk[BLOCK]:1', ''],
    ['disk(a)[v:/v:rw]:1', 'reserved volume'],
    ['disk(a)[v:/v:rw]<SHARED>:1', 'reserved volume shared'],
  ];
  for (const [text, expected] of kinds) {
    it(`${text} is ${expected === '' ? 'indivisible' : expected}`, () => {
      const one = object(text);
      const words: readonly (readonly [string, boolean])[] = [
        ['reserved', isReserved(one)],
        ['refined', isRefined(one)],
        ['revocable', isRevocable(one)],
        ['volume', isPersistentVolume(one)],
        ['shared', isShared(one)],
        ['divisible', isDivisible(one)],
      ];
      const found = words.filter(([, is]) => is).map(([word]) => word);
      expect(found.join(' ')).to.equal(expected);
    });
  }

  it('know their stack, written out or not', () => {
    expect(reservationStack(object('cpus:1'))).to.deep.equal([]);
    expect(reservationStack(object('cpus(a):1'))).to.deep.equal([{ type: 'STATIC', role: 'a' }]);
    expect(reservationStack(object('cpus(a, p):1'))).to.deep.equal([
      { type: 'DYNAMIC', role: 'a', principal: 'p' },
    ]);
  });

  it('may be used by their owner and the roles below it', () => {
    const refined = object('cpus(reservations: [(STATIC,a),(DYNAMIC,a/b)]):1');
    const roles = ['*', 'a', 'a/b', 'a/b/c', 'a/bc', 'ab'];
    const users = (one: Resource): readonly string[] => roles.filter((role) => mayUse(role, one));
    expect(users(object('cpus:1'))).to.deep.equal(roles);
    expect(users(object('cpus(a):1'))).to.deep.equal(['a', 'a/b', 'a/b/c', 'a/bc']);
    expect(users(refined)).to.deep.equal(['a/b', 'a/b/c']);
  });
});

describe('bags with details', () => {
  const sums: readonly (readonly [string, string, string, string])[] = [
    ['merge PATH disks of one root', 'disk[PATH:/a]:1', 'disk[PATH:/a]:2', 'disk[PATH:/a]:3'],
    [
      'keep MOUNT disks apart',
      'disk[MOUNT:/a]:1',
      'disk[MOUNT:/a]:1',
      'disk[MOUNT:/a]:1;disk[MOUNT:/a]:1',
    ],
    [
      'keep disks and volumes apart',
      'disk(a):1',
      'disk(a)[v:/v:rw]:1',
      'disk(a):1;disk(a)[v:/v:rw]:1',
    ],
    [
      'count copies',
      'disk(a)[v:/v:rw]<SHARED>:1',
      'disk(a)[v:/v:rw]<SHARED>:1<2>',
      'disk(a)[v:/v:rw]<SHARED>:1<3>',
    ],
    ['keep principals apart', 'cpus(a, p):1', 'cpus(a, q):1', 'cpus(a, p):1;cpus(a, q):1'],
    ['keep static and dynamic apart', 'cpus(a):1', 'cpus(a, p):1', 'cpus(a):1;cpus(a, p):1'],
  ];
  for (const [name, a, b, sum] of sums) {
    it(name, () => {
      expect(formatResources(addResources(bag(a), bag(b)))).to.equal(sum);
      expect(formatResources(subtractSaturating(bag(sum), bag(b)))).to.equal(a);
    });
  }

  const contained: readonly (readonly [string, string, string, boolean])[] = [
    ['a part of a PATH disk', 'disk[PATH:/a]:3', 'disk[PATH:/a]:2', true],
    ['no part of a MOUNT disk', 'disk[MOUNT:/a]:3', 'disk[MOUNT:/a]:2', false],
    ['one MOUNT disk of two', 'disk[MOUNT:/a]:3;disk[MOUNT:/a]:3', 'disk[MOUNT:/a]:3', true],
    [
      'not three MOUNT disks of two',
      'disk[MOUNT:/a]:3;disk[MOUNT:/a]:3',
      'disk[MOUNT:/a]:3;disk[MOUNT:/a]:3;disk[MOUNT:/a]:3',
      false,
    ],
    ['fewer copies', 'disk(a)[v:/v:rw]<SHARED>:3<2>', 'disk(a)[v:/v:rw]<SHARED>:3', true],
    ['no more copies', 'disk(a)[v:/v:rw]<SHARED>:3<2>', 'disk(a)[v:/v:rw]<SHARED>:3<3>', false],
    ['nothing revocable among the rest', 'cpus:3', 'cpus{REV}:1', false],
  ];
  for (const [name, outer, inner, expected] of contained) {
    it(`contain ${name}`, () => {
      expect(containsResources(bag(outer), bag(inner))).to.equal(expected);
    });
  }

  it('have as many copies in common as the one with fewer', () => {
    const [many, few] = [bag('disk(a)[v]<SHARED>:3<5>'), bag('disk(a)[v]<SHARED>:3<2>')];
    expect(intersectResources(many, few)).to.deep.equal(few);
    expect(intersectResources(few, many)).to.deep.equal(few);
  });

  it('are themselves where nothing is to be taken', () => {
    const all = bag('cpus:1;cpus(a):1;ports:[1-5]');
    expect(allocatableTo(all, 'a/b')).to.equal(all);
    expect(formatResources(allocatableTo(all, 'b'))).to.equal('cpus:1;ports:[1-5]');
    expect(filterResources(all, () => true)).to.equal(all);
    expect(nonShared(all)).to.equal(all);
    expect(subtractSaturating(all, bag('mem:1;ports:[7-9]'))).to.equal(all);
    expect(sharedOnce(bag('disk(a)[v:/v:rw]<SHARED>:1<4>;cpus:1'))).to.deep.equal(
      bag('disk(a)[v:/v:rw]<SHARED>:1'),
    );
  });

  it('refuse objects that no reader lets through', () => {
    const shared = { ...object('cpus:1'), shared: 1 };
    expect(() => resourcesOf([shared])).to.throw('only persistent volumes are shared');
    const ranges = { ...object('ports:[1-2]'), disk: { source: { type: 'PATH' as const } } };
    expect(() => resourcesOf([ranges])).to.throw('only scalars are disks');
  });

  it('give ports with the reservations they come from', () => {
    const from = bag('ports:[1-2];ports(a, p):[5-6]');
    const taken = takePorts(from, { fixed: [2, 5], random: 0 }, unused);
    if (!taken.ok) throw new Error(taken.error.kind);
    expect(formatResources(taken.value.resources)).to.equal('ports:[2-2];ports(a, p):[5-5]');
    expect(rangesOf(from, 'ports')).to.deep.equal([
      { begin: 1, end: 2 },
      { begin: 5, end: 6 },
    ]);
  });

  const unused = { next: () => 0, int: () => 0, shuffle: <T>(items: readonly T[]) => [...items] };
});

describe('ranges', () => {
  const anyRanges = fc
    .array(fc.tuple(fc.nat(40), fc.nat(5)), { maxLength: 8 })
    .map((raw) => coalesce(raw.map(([begin, size]) => ({ begin, end: begin + size }))));

  function members(ranges: Ranges): ReadonlySet<number> {
    const all = new Set<number>();
    for (const { begin, end } of ranges) for (let n = begin; n <= end; n += 1) all.add(n);
    return all;
  }

  it('do as sets of numbers do, and stay coalesced', () => {
    fc.assert(
      fc.property(anyRanges, anyRanges, (a, b) => {
        const [x, y] = [members(a), members(b)];
        const results: readonly (readonly [Ranges, (n: number) => boolean])[] = [
          [unionRanges(a, b), (n) => x.has(n) || y.has(n)],
          [intersectRanges(a, b), (n) => x.has(n) && y.has(n)],
          [differenceRanges(a, b), (n) => x.has(n) && !y.has(n)],
        ];
        for (const [ranges, belongs] of results) {
          const expected = Array.from({ length: 50 }, (_, n) => n).filter(belongs);
          expect([...members(ranges)]).to.deep.equal(expected);
          expect(coalesce(ranges)).to.equal(ranges);
          expect(countRanges(ranges)).to.equal(expected.length);
        }
        expect(containsRanges(a, b)).to.equal([...y].every((n) => x.has(n)));
      }),
      { numRuns: 1000 },
    );
  });

  it('are not copied where they stay as they are', () => {
    const a = [{ begin: 1, end: 5 }];
    expect(unionRanges(a, [])).to.equal(a);
    expect(unionRanges([], a)).to.equal(a);
    expect(differenceRanges(a, [{ begin: 6, end: 9 }])).to.equal(a);
    expect(intersectRanges(a, a)).to.equal(a);
  });
});
