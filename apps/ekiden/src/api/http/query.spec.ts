import { expect } from 'chai';
import { all, first, flag } from './query.js';

describe('a query', () => {
  for (const [value, fallback, expected] of [
    ['true', false, true],
    ['True', false, true],
    ['TRUE', false, true],
    ['false', true, false],
    ['False', true, false],
    ['', true, false],
    ['1', true, false],
    ['yes', true, false],
    [['true', 'false'], false, true],
    [undefined, false, false],
    [undefined, true, true],
  ] as const) {
    const written = value === undefined ? 'nothing' : JSON.stringify(value);
    it(`takes ${written} for ${expected} where ${fallback} is usual`, () => {
      expect(flag({ force: value }, 'force', fallback)).to.equal(expected);
    });
  }

  it('has the first of several values, or all of them', () => {
    const query = { embed: ['a', 'b'], id: 'x' };
    expect(first(query, 'embed')).to.equal('a');
    expect(all(query, 'embed')).to.deep.equal(['a', 'b']);
    expect(all(query, 'id')).to.deep.equal(['x']);
    expect(all(query, 'cmd')).to.deep.equal([]);
  });
});
