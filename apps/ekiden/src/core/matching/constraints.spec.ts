import { expect } from 'chai';
import { attributeText } from '@ekiden/offers';
import type { Constraint } from '../app/index.js';
import { ConstraintTable } from './constraint-table.js';
import { fieldValue, type Place } from './place.js';
import { sampleOffer } from './sample-offer.js';

function constraint(text: string): Constraint {
  const [field = '', operator = '', value] = text.split(' ');
  const bare = { field, operator: operator as Constraint['operator'] };
  return value === undefined ? bare : { ...bare, value };
}

/** A host by its number and attributes. */
function host(number: number, attributes = ''): Place {
  return sampleOffer(number, { attributes });
}

/** The constraints of an app of `wanted` instances, those at `others` placed already. */
function tableOf(
  constraints: readonly Constraint[],
  others: readonly Place[],
  wanted: number,
  known: readonly string[] = [],
): ConstraintTable {
  const placed = others.map((place) => ({ place, going: false }));
  return new ConstraintTable(
    { constraints, instances: wanted },
    { placed, known: () => new Set(known) },
  );
}

function accepts(text: string, place: Place, others: readonly Place[] = [], wanted = 1): boolean {
  return tableOf([constraint(text)], others, wanted).broken(place) === undefined;
}

/** Places `count` instances one by one on the first host that takes them; counts by value. */
function fill(text: string, hosts: readonly Place[], count: number, wanted = count) {
  const known = (field: string) => new Set(hosts.flatMap((h) => fieldValue(h, field) ?? []));
  const app = { constraints: [constraint(text)], instances: wanted };
  const table = new ConstraintTable(app, { placed: [], known });
  const placed: Place[] = [];
  for (let i = 0; i < count; i += 1) {
    // The emptiest first, as matching prefers it.
    const on = (h: Place): number => placed.filter((p) => p === h).length;
    const ordered = [...hosts].sort((a, b) => on(a) - on(b));
    const next = ordered.find((h) => table.broken(h) === undefined);
    if (next === undefined) continue;
    placed.push(next);
    table.add(next);
  }
  const { field } = constraint(text);
  const counts = new Map<string, number>();
  for (const place of placed) {
    const value = valueOn(place, field);
    counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return [...counts.values()].sort((a, b) => b - a);
}

function valueOn(place: Place, field: string): string {
  if (field === '@zone') return place.domain?.zone ?? '-';
  const attribute = place.attributes.find(({ name }) => name === field);
  return attribute === undefined ? place.hostname : attributeText(attribute);
}

const racks = (...names: string[]): Place[] => names.map((rack, i) => host(i + 1, `rack:${rack}`));

describe('constraints', () => {
  it('UNIQUE puts one on each host and lets the fourth wait on three (CON-01)', () => {
    const hosts = [host(1), host(2), host(3)];
    expect(fill('hostname UNIQUE', hosts, 4)).to.deep.equal([1, 1, 1]);
  });

  it('CLUSTER with a value takes that host only (CON-02, CON-03)', () => {
    const hosts = [host(1), host(2)];
    expect(hosts.map((h) => accepts('@hostname CLUSTER h2', h))).to.deep.equal([false, true]);
    expect(hosts.map((h) => accepts('@hostname CLUSTER none', h))).to.deep.equal([false, false]);
  });

  it('CLUSTER without a value keeps all together, wherever the first is (CON-04)', () => {
    const hosts = [host(1), host(2), host(3)];
    expect(fill('@hostname CLUSTER', hosts, 3)).to.deep.equal([3]);
  });

  for (const text of [
    'rack CLUSTER',
    'rack UNIQUE',
    'rack LIKE .*',
    'rack GROUP_BY 2',
    'rack MAX_PER 2',
    'rack IS a',
  ]) {
    it(`${text} refuses a host without the attribute (CON-06)`, () => {
      expect(accepts(text, host(1))).to.equal(false);
    });
  }

  it('UNLIKE accepts a host without the attribute (CON-07)', () => {
    expect(accepts('jdk UNLIKE 7', host(1, 'jdk:7'))).to.equal(false);
    expect(accepts('jdk UNLIKE 7', host(2))).to.equal(true);
  });

  it('LIKE matches the whole text (CON-08, CON-09)', () => {
    expect(accepts('jdk LIKE 7', host(1, 'jdk:6'))).to.equal(false);
    const found = ['rack-1', 'rack-3', 'rack-4', 'rack-11'].map((rack) =>
      accepts('rack LIKE rack-[1-3]', host(1, `rack:${rack}`)),
    );
    expect(found).to.deep.equal([true, true, false, false]);
  });

  it('GROUP_BY spreads evenly over as many values as it names (CON-11)', () => {
    expect(fill('rack GROUP_BY 3', racks('a', 'b', 'c'), 9)).to.deep.equal([3, 3, 3]);
  });

  it('GROUP_BY fills a rack up to its final quota while others are missing (CON-12)', () => {
    expect(fill('rack GROUP_BY 3', racks('a', 'b'), 6)).to.deep.equal([2, 2]);
    expect(fill('rack GROUP_BY 3', racks('a', 'b', 'c'), 6)).to.deep.equal([2, 2, 2]);
  });

  it('GROUP_BY uses no more values than it names (CON-13)', () => {
    expect(fill('rack GROUP_BY 2', racks('a', 'b', 'c', 'd'), 5)).to.deep.equal([3, 2]);
  });

  it('GROUP_BY gives what does not divide to one rack only (CON-14)', () => {
    expect(fill('rack GROUP_BY 4', racks('a', 'b', 'c', 'd'), 5)).to.deep.equal([2, 1, 1, 1]);
  });

  it('GROUP_BY without a number balances over all values that there are (CON-16)', () => {
    const [a, b, c] = racks('a', 'b', 'c');
    if (a === undefined || b === undefined || c === undefined) throw new Error('three racks');
    const eight = [a, a, a, a, b, b, b, b];
    const balance = [constraint('rack GROUP_BY')];
    const where = (others: readonly Place[], known: readonly string[]) =>
      racks('a', 'b', 'c').map(
        (host) => tableOf(balance, others, 9, known).broken(host) === undefined,
      );
    expect(where(eight, ['a', 'b', 'c'])).to.deep.equal([false, false, true]);
    expect(where([...eight, c], ['a', 'b', 'c'])).to.deep.equal([false, false, true]);
    // A rack that is gone is not waited for.
    expect(where([a, a, c], ['a', 'b'])).to.deep.equal([false, true, true]);
    expect(fill('rack GROUP_BY', racks('a', 'b', 'c'), 8)).to.deep.equal([3, 3, 2]);
  });

  it('MAX_PER counts per value', () => {
    expect(fill('hostname MAX_PER 2', [host(1), host(2)], 5)).to.deep.equal([2, 2]);
  });

  for (const [attribute, value, expected] of [
    ['level:0.8', '0.8', true],
    ['level:0.8', '0.80', true],
    ['level:0.8', '0.8001', true],
    ['level:0.8', '0.81', false],
    ['level:1.0', '1.0005', true],
    ['level:1.0', '1.00051', false],
    ['level:1.0', '1.001', false],
    ['level:abc', 'abc', true],
    ['level:abc', 'ab', false],
  ] as const) {
    it(`IS ${value} ${expected ? 'accepts' : 'refuses'} ${attribute} (CON-17, CON-18)`, () => {
      expect(accepts(`level IS ${value}`, host(1, attribute))).to.equal(expected);
    });
  }

  it('compares ranges and sets as text (CON-19)', () => {
    const place = host(1, 'numbers:[6-7];kinds:{0,1}');
    expect(accepts('numbers LIKE \\[6-7\\]', place)).to.equal(true);
    expect(accepts('numbers CLUSTER [6-7]', place)).to.equal(true);
    expect(accepts('kinds LIKE \\{0,1\\}', place)).to.equal(true);
  });

  it('knows regions and zones (CON-21, CON-22)', () => {
    const at = (region: string, zone: string): Place => sampleOffer(1, {}, { region, zone });
    const both = [constraint('@region IS r2'), constraint('@zone IS z2')];
    const broken = [at('r1', 'z2'), at('r2', 'z1'), at('r2', 'z2')].map(
      (place) => tableOf(both, [], 1).broken(place)?.constraint.field,
    );
    expect(broken).to.deep.equal(['@region', '@zone', undefined]);
  });

  it('spreads over zones (CON-23)', () => {
    const zones = ['z1', 'z2', 'z3', 'z4'];
    const hosts = zones.map((zone, i) => sampleOffer(i, {}, { region: 'r2', zone }));
    expect(fill('@zone GROUP_BY 4', hosts, 6)).to.deep.equal([2, 2, 1, 1]);
  });

  it('holds all of several: pinned and unique runs once (CON-27)', () => {
    const both = [constraint('hostname UNIQUE'), constraint('hostname CLUSTER h1')];
    const broken = (others: readonly Place[]) => tableOf(both, others, 2).broken(host(1));
    expect(broken([])).to.equal(undefined);
    expect(broken([host(1)])).to.deep.equal({ constraint: both[0], saw: 'h1', isFinal: true });
  });
});
