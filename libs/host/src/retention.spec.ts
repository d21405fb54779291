import { expect } from 'chai';
import { millis } from '@ekiden/kernel';
import { chooseDoomed, type Retention } from './retention.js';

const MB = 2 ** 20;
const ALL: Retention = { keepFor: millis(1_000), maxCount: 100, maxBytes: 100 * MB };

/** a is the oldest; each takes 10 MiB. */
const REMAINS = ['a', 'b', 'c', 'd'].map((name, index) => {
  return { name, at: 100 * (index + 1), bytes: 10 * MB };
});

describe('the remains of tasks that are over', () => {
  const cases: readonly (readonly [
    name: string,
    retention: Partial<Retention>,
    facts: { readonly now?: number; readonly bytesWanted?: number },
    doomed: readonly string[],
  ])[] = [
    ['stay while there is room', {}, {}, []],
    ['go when they are too old', {}, { now: 1_250 }, ['a', 'b']],
    ['go when there are too many, the oldest first', { maxCount: 1 }, {}, ['a', 'b', 'c']],
    ['go when they are too large together', { maxBytes: 25 * MB }, {}, ['a', 'b']],
    [
      'go early when the disk is short, no more than needed',
      {},
      { bytesWanted: 11 * MB },
      ['a', 'b'],
    ],
    ['go all when the disk is very short', {}, { bytesWanted: 1e12 }, ['a', 'b', 'c', 'd']],
    ['count once when there are two reasons', { maxCount: 3 }, { bytesWanted: 1 }, ['a']],
    ['go all when nothing is to be kept', { maxBytes: 0 }, {}, ['a', 'b', 'c', 'd']],
  ];
  for (const [name, retention, { now = 500, bytesWanted = 0 }, doomed] of cases) {
    it(name, () => {
      const facts = { now: millis(now), bytesWanted };
      expect(chooseDoomed(REMAINS, { ...ALL, ...retention }, facts)).to.deep.equal(doomed);
    });
  }
});
