import { SeededChance } from '@ekiden/kernel';
import { expect } from 'chai';
import fc from 'fast-check';

import {
  addResources,
  allocatableTo,
  chooseFromRanges,
  containsResources,
  equalResources,
  formatMilli,
  formatResources,
  intersectResources,
  milli,
  NO_RESOURCES,
  parseMilli,
  parseResources,
  rangesOf,
  resourcesFromJson,
  resourcesOf,
  resourcesToJson,
  scalarOf,
  subtractResources,
  subtractSaturating,
  takePorts,
  withoutPorts,
} from './index.js';
import type { Resource, Resources } from './index.js';
import { bag } from '../../testing/bag.js';

const anyRole = fc.constantFrom('*', 'eng', 'eng/web');
const anyRange = fc
  .tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 9 }))
  .map(([begin, size]) => ({ begin, end: begin + size }));
const anyResource: fc.Arbitrary<Resource> = fc.oneof(
  fc.record({
    type: fc.constant('SCALAR' as const),
    name: fc.constantFrom('cpus', 'mem', 'disk', 'bandwidth'),
    role: anyRole,
    milli: fc.integer({ min: 0, max: 100_000 }).map(milli),
  }),
  fc.record({
    type: fc.constant('RANGES' as const),
    name: fc.constantFrom('ports', 'vlans'),
    role: anyRole,
    ranges: fc.array(anyRange, { maxLength: 5 }),
  }),
  fc.record({
    type: fc.constant('SET' as const),
    name: fc.constant('zones'),
    role: anyRole,
    items: fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 4 }),
  }),
);
const anyBag = fc.array(anyResource, { maxLength: 8 }).map(resourcesOf);

describe('resources as text', () => {
  const accepted: readonly (readonly [string, string, string])[] = [
    ['sorts by name', 'mem:8192;cpus:4', 'cpus:4;mem:8192'],
    ['keeps three decimals', 'cpus:1.5123', 'cpus:1.512'],
    ['rounds the fourth decimal', 'cpus:1.0005', 'cpus:1.001'],
    ['adds up one identity', 'cpus:1;cpus:0.1;cpus:0.2', 'cpus:1.3'],
    ['keeps reservations apart', 'cpus(eng):1;cpus:2', 'cpus:2;cpus(eng):1'],
    ['coalesces ranges', 'ports:[5-7, 1-3,4-4]', 'ports:[1-7]'],
    ['sorts sets', 'tags:{b,a,b}', 'tags:{a,b}'],
    ['drops what is nothing', 'cpus:0;ports:[];tags:{};mem:1', 'mem:1'],
    ['reads an empty text as no resources', '', ''],
    ['forgives spaces and a last semicolon', ' cpus : 2 ; ', 'cpus:2'],
  ];
  for (const [name, text, printed] of accepted) {
    it(name, () => {
      expect(formatResources(bag(text))).to.equal(printed);
    });
  }

  const refused: readonly (readonly [string, string, number])[] = [
    ['a value without a name', 'cpus:1;:2', 7],
    ['a negative amount', 'cpus:-1', 5],
    ['a word for an amount', 'mem:1;cpus:many', 11],
    ['an open range', 'ports:[1-2', 6],
    ['a reversed range', 'ports:[1-2,9-3]', 11],
    ['a scalar for ports', 'ports:80', 0],
    ['two types for one name', 'x:1;x:{a}', 4],
    ['half a gpu', 'gpus:0.5', 5],
    ['a missing value', 'cpus:', 5],
  ];
  for (const [name, text, position] of refused) {
    it(`refuses ${name} and says where`, () => {
      const read = parseResources(text);
      expect(read.ok ? -1 : read.error.position).to.equal(position);
    });
  }

  it('prints what it reads and reads what it prints', () => {
    fc.assert(
      fc.property(anyBag, (bagged) => {
        expect(bag(formatResources(bagged))).to.deep.equal(bagged);
      }),
    );
  });

  it('survives JSON in rows and in Mesos form', () => {
    fc.assert(
      fc.property(anyBag, (bagged) => {
        expect(JSON.parse(JSON.stringify(bagged))).to.deep.equal(bagged);
        const wire: unknown = JSON.parse(JSON.stringify(resourcesToJson(bagged)));
        expect(resourcesFromJson(wire)).to.deep.equal({ ok: true, value: bagged });
      }),
    );
  });

  it('names the element of JSON that is wrong', () => {
    const json = [{ name: 'cpus', type: 'SCALAR', scalar: { value: 1 } }, { name: 'x' }];
    const read = resourcesFromJson(json);
    expect(read.ok ? -1 : read.error.index).to.equal(1);
  });
});

describe('resource arithmetic', () => {
  it('keeps thousandths exact where doubles would drift', () => {
    let sum = NO_RESOURCES;
    for (let i = 0; i < 1000; i += 1) sum = addResources(sum, bag('cpus:0.1'));
    expect(formatResources(sum)).to.equal('cpus:100');
    fc.assert(
      fc.property(fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }), (n) => {
        expect(parseMilli(formatMilli(milli(n)))).to.equal(n);
      }),
    );
  });

  it('gives back with subtract what add put in, when they have nothing in common', () => {
    fc.assert(
      fc.property(anyBag, anyBag, (a, b) => {
        const apart = subtractSaturating(b, intersectResources(a, b));
        const sum = addResources(a, apart);
        expect(containsResources(sum, a) && containsResources(sum, apart)).to.equal(true);
        const scalars = (r: Resources): Resources =>
          resourcesOf(r.filter((object) => object.type === 'SCALAR'));
        const back = subtractResources(sum, apart);
        expect(equalResources(scalars(back), scalars(a))).to.equal(true);
        expect(containsResources(a, subtractSaturating(a, b))).to.equal(true);
      }),
    );
  });

  it('splits any bag into what another has of it and what it has not', () => {
    fc.assert(
      fc.property(anyBag, anyBag, (a, b) => {
        const common = intersectResources(a, b);
        const rest = subtractResources(a, common);
        expect(addResources(common, rest)).to.deep.equal(a);
        expect(containsResources(b, common)).to.equal(true);
        expect(rest).to.deep.equal(subtractSaturating(a, b));
      }),
    );
  });

  it('keeps ranges coalesced whatever is added and taken', () => {
    fc.assert(
      fc.property(anyBag, anyBag, (a, b) => {
        for (const each of [addResources(a, b), subtractSaturating(a, b)]) {
          expect(resourcesOf(each)).to.deep.equal(each);
        }
      }),
    );
  });

  it('does not hide a subtraction of what is not there', () => {
    expect(() => subtractResources(bag('cpus:1'), bag('cpus:2'))).to.throw('not there');
    expect(() => subtractResources(bag('cpus:1'), bag('cpus(eng):1'))).to.throw('not there');
    expect(subtractSaturating(bag('cpus:1;mem:5'), bag('cpus:2'))).to.deep.equal(bag('mem:5'));
  });

  it('lets a role use what is unreserved, its own, and its ancestors’, and no more', () => {
    const all = bag('cpus:1;cpus(eng):2;cpus(eng/web):4;cpus(engine):8;cpus(eng/web/x):16');
    expect(scalarOf(allocatableTo(all, 'eng/web'), 'cpus')).to.equal(7000);
    expect(scalarOf(allocatableTo(all, 'ops'), 'cpus')).to.equal(1000);
  });
});

describe('ports', () => {
  const chance = new SeededChance(7);

  it('takes fixed ports in order and random ones that are none of them', () => {
    const from = bag('ports:[31000-31005];ports(eng):[32000-32001]');
    const taken = takePorts(from, { fixed: [32001, 31003], random: 6 }, chance);
    if (!taken.ok) throw new Error(taken.error.kind);
    expect(taken.value.fixed).to.deep.equal([32001, 31003]);
    expect(new Set([...taken.value.random, 32001, 31003]).size).to.equal(8);
    expect(taken.value.resources).to.deep.equal(from);
  });

  it('says which port is taken, or how many there are', () => {
    const from = bag('ports:[31000-31001]');
    expect(takePorts(from, { fixed: [80], random: 0 }, chance)).to.deep.equal({
      ok: false,
      error: { kind: 'portTaken', port: 80 },
    });
    expect(takePorts(from, { fixed: [31000], random: 2 }, chance)).to.deep.equal({
      ok: false,
      error: { kind: 'tooFewPorts', wanted: 2, available: 1 },
    });
  });

  it('chooses distinct numbers of the ranges, neighbours but for the wrap-around', () => {
    fc.assert(
      fc.property(fc.nat(), fc.array(anyRange, { minLength: 1 }), fc.nat(30), (seed, raw, n) => {
        const ranges = rangesOf(
          resourcesOf([{ type: 'RANGES', name: 'ports', role: '*', ranges: raw }]),
          'ports',
        );
        const size = ranges.reduce((sum, range) => sum + range.end - range.begin + 1, 0);
        const chosen = chooseFromRanges(ranges, Math.min(n, size), new SeededChance(seed));
        if (!chosen.ok) throw new Error(chosen.error.kind);
        expect(new Set(chosen.value).size).to.equal(Math.min(n, size));
        const jumps = chosen.value.filter((p, i) => i > 0 && p !== (chosen.value[i - 1] ?? 0) + 1);
        expect(jumps.length).to.be.at.most(ranges.length);
        for (const port of chosen.value) {
          expect(ranges.some((r) => r.begin <= port && port <= r.end)).to.equal(true);
        }
      }),
    );
  });

  it('leaves out ports of every reservation', () => {
    const from = bag('cpus:1;ports:[1-5];ports(eng):[7-9]');
    expect(formatResources(withoutPorts(from, [3, 7, 99]))).to.equal(
      'cpus:1;ports:[1-2,4-5];ports(eng):[8-9]',
    );
  });
});
