import { expect } from 'chai';
import { isAlive, ownIdentity, parseStat, readStat } from './proc.js';

const REST = '0 0 0 0 0 0 0 0 0 0 0 0 0 0 4711 0 0';

describe('process identity', () => {
  it('is read past a name that imitates the line', () => {
    const line = `77 (a) R (b c) S 1 77 76 0 ${REST}`;
    const stat = parseStat(line);
    expect(stat).to.include({ pid: 77, state: 'S', group: 77, session: 76 });
    expect(stat?.startTime).to.equal('4711');
  });

  for (const line of ['', '77', '77 (sh', '77 (sh) S 1 2', `1 (init) S 0 1 1 0 ${REST}`]) {
    it(`is nothing in ${JSON.stringify(line.slice(0, 20))}`, () => {
      expect(parseStat(line)).to.equal(undefined);
    });
  }

  it('tells this process from an earlier one with the same number', () => {
    const own = ownIdentity();
    expect(isAlive(own)).to.equal(true);
    expect(isAlive({ ...own, startTime: '1' })).to.equal(false);
  });

  it('is missing where there is no process', () => {
    expect(readStat(2 ** 30)).to.equal(undefined);
  });
});
