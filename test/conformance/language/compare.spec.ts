import { expect } from 'chai';
import {
  absent,
  allOf,
  anyOf,
  between,
  compare,
  containing,
  differs,
  each,
  exactly,
  fillWanted,
  inAnyOrder,
  keysInOrder,
  lengthOf,
  like,
  without,
  type Filling,
  type Wanted,
} from './index.js';

const rows: readonly (readonly [string, Wanted, unknown, readonly string[]])[] = [
  ['takes the same value', 5, 5, []],
  ['tells where a value is another', { a: { b: 1 } }, { a: { b: 2 } }, ['a.b: wanted 1, got 2']],
  ['takes keys that it does not name', { a: 1 }, { a: 1, b: 2 }, []],
  ['misses a key', { a: 1 }, {}, ['a: wanted 1, got nothing']],
  ['does not see what objects inherit', { toString: absent }, {}, []],
  ['compares lists whole', [1], [1, 2], ['it: wanted 1 elements, got 2: [1,2]']],
  ['does not take a list for an object', { a: absent }, [], ['it: wanted an object, got []']],
  [
    'wants a key not to be there',
    { a: absent },
    { a: null },
    ['a: wanted nothing there, got null'],
  ],
  ['wants no other keys', exactly({ a: 1 }), { a: 1, b: 2 }, ['b: no such key was wanted']],
  ['finds elements anywhere', containing({ id: 2 }), [{ id: 1 }, { id: 2 }], []],
  ['misses an element', containing(3), [1, 2], ['it: 3 is missing in [1,2]']],
  ['does not want an element', without(1), [1], ['it: 1 should not be in [1]']],
  ['takes any order', inAnyOrder(1, 2), [2, 1], []],
  ['looks at each element', each(like(/x/)), ['x', 'y'], ['1: wanted text like /x/, got "y"']],
  ['looks at lengths', lengthOf(between(1, 2)), [1, 2, 3], ['length: wanted 1 to 2, got 3']],
  [
    'looks at the order of keys',
    keysInOrder('a', 'b'),
    { b: 1, a: 2 },
    ['it: wanted the order a, b, got b, a'],
  ],
  ['takes one of several', anyOf(null, 'a'), 'a', []],
  ['takes none of several', anyOf(null, 'a'), 'b', ['it: wanted "a", got "b"']],
  ['wants all of several', allOf({ a: 1 }, { b: 2 }), { a: 1 }, ['b: wanted 2, got nothing']],
];

describe('compare', () => {
  for (const [name, wanted, actual, mismatches] of rows) {
    it(name, () => {
      expect(compare(wanted, actual)).to.deep.equal(mismatches);
    });
  }

  it('is not asked before a server is chosen', () => {
    expect(() => compare(differs({ marathon: 1, ekiden: 2 }), 1)).to.throw('choose a server');
  });
});

describe('fillWanted', () => {
  const filling: Filling = {
    group: 'g-1',
    server: 'ekiden',
    kept: new Map([['version', 'v']]),
  };

  it('fills in the group, also in keys, and what was kept', () => {
    const wanted = { '~_a': ['/~/a', '{{version}}'] };
    expect(fillWanted(wanted, filling)).to.deep.equal({ 'g-1_a': ['/g-1/a', 'v'] });
  });

  it('fills in expressions', () => {
    const wanted = fillWanted(like(/^\/~\/a\.{{version}}$/), filling);
    expect(compare(wanted, '/g-1/a.v')).to.deep.equal([]);
  });

  it('chooses what the server should answer', () => {
    const wanted = differs({ marathon: 201, ekiden: 422 });
    expect(fillWanted(wanted, filling)).to.equal(422);
    expect(fillWanted(wanted, { ...filling, server: 'marathon' })).to.equal(201);
  });

  it('refuses what no step kept', () => {
    expect(() => fillWanted('{{other}}', filling)).to.throw('no step kept {{other}}');
  });
});
