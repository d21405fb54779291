import { SeededChance, type Chance } from '@ekiden/kernel';
import { expect } from 'chai';

import {
  fitsLimits,
  formatLimits,
  formatQuantities,
  formatResources,
  limitOf,
  limits,
  limitsOf,
  NO_LIMITS,
  parseLimits,
  quantities,
  quantitiesOf,
  scalarQuantitiesOf,
  shrinkToLimits,
  shrinkToQuantities,
  subtractFromLimits,
} from './index.js';
import { bag } from '../../testing/bag.js';

/** Fails the test when it is asked. */
const NO_CHANCE: Chance = {
  next: () => expect.fail('chance was asked'),
  int: () => expect.fail('chance was asked'),
  shuffle: () => expect.fail('chance was asked'),
};

/** Keeps or reverses the order. */
function ordered(reversed: boolean): Chance {
  const shuffle = <T>(items: readonly T[]): T[] => (reversed ? [...items].reverse() : [...items]);
  return { ...NO_CHANCE, shuffle };
}

describe('shrinking to quantities', () => {
  const cases: readonly (readonly [string, string, Record<string, number>, string])[] = [
    ['cuts scalars', 'cpus:4;mem:9', { cpus: 1.5, mem: 9 }, 'cpus:1.5;mem:9'],
    ['drops names without a target', 'cpus:4;mem:9;ports:[1-2]', { mem: 5 }, 'mem:5'],
    ['keeps what is below the target', 'cpus:4', { cpus: 9, disk: 1 }, 'cpus:4'],
    ['drops an indivisible object that does not fit', 'disk[MOUNT:/m]:9', { disk: 8 }, ''],
    [
      'counts members of ranges, the first ones stay',
      'ports:[1-3,7-9]',
      { ports: 4 },
      'ports:[1-3,7-7]',
    ],
    ['counts items of sets', 'tags:{a,b,c}', { tags: 2.9 }, 'tags:{a,b}'],
    ['gives whole gpus', 'gpus:4', { gpus: 2.5 }, 'gpus:2'],
    ['gives no gpu for a half', 'gpus:4', { gpus: 0.5 }, ''],
    [
      'counts a shared object once',
      'disk(r)[v:/v:rw]<SHARED>:5<3>',
      { disk: 5 },
      'disk(r)[v:/v:rw]<SHARED>:5<3>',
    ],
    ['keeps details of what it cuts', 'cpus(a, p){REV}:4', { cpus: 1 }, 'cpus(a, p){REV}:1'],
  ];
  for (const [name, text, target, left] of cases) {
    it(name, () => {
      const part = shrinkToQuantities(bag(text), quantities(target), NO_CHANCE);
      expect(formatResources(part)).to.equal(left);
    });
  }

  it('is the same bag when there is nothing to cut', () => {
    const all = bag('cpus:1;cpus(a):1;ports:[1-2]');
    expect(shrinkToQuantities(all, quantitiesOf(all), NO_CHANCE)).to.equal(all);
    expect(shrinkToLimits(all, limits({ cpus: 2, mem: 0 }), NO_CHANCE)).to.equal(all);
    expect(shrinkToLimits(all, NO_LIMITS, NO_CHANCE)).to.equal(all);
  });

  it('takes objects of one name in the order of chance', () => {
    const two = bag('disk:10;disk[MOUNT:/m]:8');
    const target = quantities({ disk: 9 });
    const shrunk = (reversed: boolean): string =>
      formatResources(shrinkToQuantities(two, target, ordered(reversed)));
    expect(shrunk(false)).to.equal('disk:9');
    expect(shrunk(true)).to.equal('disk:1;disk[MOUNT:/m]:8');
  });

  it('finds every order of objects sooner or later', () => {
    const three = bag('cpus:1;cpus(a):1;cpus{REV}:1');
    const found = new Set<string>();
    for (let seed = 0; seed < 50; seed += 1) {
      const part = shrinkToQuantities(three, quantities({ cpus: 1 }), new SeededChance(seed));
      found.add(formatResources(part));
    }
    expect([...found].sort()).to.deep.equal(['cpus(a):1', 'cpus:1', 'cpus{REV}:1']);
  });

  it('counts two MOUNT disks both (QTA-11)', () => {
    const disks = bag('disk:50;disk[MOUNT:/a]:25;disk[MOUNT:/a]:25');
    expect(formatQuantities(quantitiesOf(disks))).to.equal('disk:100');
    expect(shrinkToQuantities(disks, quantities({ disk: 100 }), NO_CHANCE)).to.equal(disks);
  });

  it('leaves out a MOUNT disk above what remains (QTA-10)', () => {
    const agent = bag('cpus:0.5;mem:512;disk[MOUNT:/m]:100');
    const part = shrinkToLimits(agent, limits({ cpus: 1.5, disk: 50 }), NO_CHANCE);
    expect(formatResources(part)).to.equal('cpus:0.5;mem:512');
  });
});

describe('limits', () => {
  const bounds = limits({ cpus: 2, gpus: 0, mem: -5 });

  it('tell a bound of 0 from no bound', () => {
    expect(formatLimits(bounds)).to.equal('cpus:2;gpus:0;mem:0');
    expect(limitOf(bounds, 'gpus')).to.equal(0);
    expect(limitOf(bounds, 'disk')).to.equal(undefined);
    expect(fitsLimits(bounds, quantities({ cpus: 2, disk: 99 }))).to.equal(true);
    expect(fitsLimits(bounds, quantities({ gpus: 1 }))).to.equal(false);
    expect(fitsLimits(NO_LIMITS, quantities({ gpus: 1 }))).to.equal(true);
    expect(formatLimits(limitsOf(quantities({ cpus: 1, mem: 0 })))).to.equal('cpus:1');
  });

  it('saturate at 0 and lose no name', () => {
    const left = subtractFromLimits(bounds, quantities({ cpus: 5, disk: 1 }));
    expect(formatLimits(left)).to.equal('cpus:0;gpus:0;mem:0');
    expect(subtractFromLimits(bounds, quantities({ disk: 1 }))).to.equal(bounds);
    expect(formatLimits(subtractFromLimits(bounds, quantities({ cpus: 0.5 })))).to.equal(
      'cpus:1.5;gpus:0;mem:0',
    );
  });

  it('are read and printed, each name once', () => {
    const read = parseLimits('mem:1; "my;own":0;cpus:0.5');
    expect(read.ok ? formatLimits(read.value) : '').to.equal('cpus:0.5;mem:1;"my;own":0');
    const twice = parseLimits('cpus:1;cpus:2');
    expect(twice.ok ? {} : twice.error).to.deep.equal({ position: 7, rule: 'cpus has one limit' });
    const wrong = parseLimits('cpus:1;mem:-1');
    expect(wrong.ok ? -1 : wrong.error.position).to.equal(11);
  });
});

describe('quantities of resources with details', () => {
  it('sum over reservations, disks and providers, and count copies once', () => {
    const all = bag(
      'cpus:1;cpus(a, p):1;cpus{REV}:1;disk:1;disk[MOUNT:/m]:2;disk[MOUNT:/m]:2;' +
        'disk(a)[v:/v:rw]<SHARED>:4<7>;disk{PROVIDER:x}:8;ports:[1-2];ports(a):[4-4]',
    );
    expect(formatQuantities(quantitiesOf(all))).to.equal('cpus:3;disk:17;ports:3');
    expect(formatQuantities(scalarQuantitiesOf(all))).to.equal('cpus:3;disk:17');
  });
});
