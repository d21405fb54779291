import { expect } from 'chai';
import { byteRange } from './byte-range.js';

describe('a range of bytes', () => {
  const cases: readonly (readonly [string | undefined, ReturnType<typeof byteRange>])[] = [
    [undefined, undefined],
    ['bytes=0-0', { from: 0, to: 1 }],
    ['bytes=2-4', { from: 2, to: 5 }],
    ['bytes=7-', { from: 7, to: 10 }],
    ['bytes=7-99', { from: 7, to: 10 }],
    ['bytes=-3', { from: 7, to: 10 }],
    ['bytes=-99', { from: 0, to: 10 }],
    ['bytes=10-', 'unsatisfiable'],
    ['bytes=99-100', 'unsatisfiable'],
    ['bytes=-0', 'unsatisfiable'],
    ['bytes=4-2', undefined],
    ['bytes=-', undefined],
    ['bytes=0-1,4-5', undefined],
    ['lines=0-1', undefined],
    ['bytes=a-b', undefined],
    ['bytes=0-9999999999999999999', undefined],
  ];
  for (const [header, range] of cases) {
    it(`${header ?? 'without a header'} of ten is ${range === undefined ? 'all of it' : JSON.stringify(range)}`, () => {
      expect(byteRange(header, 10)).to.deep.equal(range);
    });
  }

  it('of nothing is never there', () => {
    expect(byteRange('bytes=0-', 0)).to.equal('unsatisfiable');
    expect(byteRange('bytes=-5', 0)).to.equal('unsatisfiable');
  });
});
