import { expect } from 'chai';
import { SnapshotCache } from './snapshot-cache.js';

describe('snapshot cache', () => {
  it('makes an answer once per turn and URL', () => {
    const cache = new SnapshotCache();
    const made: string[] = [];
    const ask = (turn: number, url: string) =>
      cache.answer(turn, url, () => {
        made.push(`${turn} ${url}`);
        return { url };
      });
    expect(ask(1, '/a')).to.equal(ask(1, '/a'));
    ask(1, '/b');
    ask(2, '/a');
    ask(2, '/a');
    expect(made).to.deep.equal(['1 /a', '1 /b', '2 /a']);
  });

  it('keeps nothing of an answer that cannot be made', () => {
    const cache = new SnapshotCache();
    const fail = (): never => {
      throw new Error('not found');
    };
    expect(() => cache.answer(1, '/a', fail)).to.throw('not found');
    expect(cache.answer(1, '/a', () => 1).body?.toString()).to.equal('1');
  });

  it('forgets the least recently used beyond its bound', () => {
    const cache = new SnapshotCache(3_000);
    const made: string[] = [];
    const ask = (url: string) =>
      cache.answer(1, url, () => {
        made.push(url);
        return 'x'.repeat(500);
      });
    for (const url of ['/a', '/b', '/a', '/c', '/a', '/b']) ask(url);
    expect(made).to.deep.equal(['/a', '/b', '/c', '/b']);
  });

  it('does not keep what exceeds the bound by itself', () => {
    const cache = new SnapshotCache(100);
    let made = 0;
    const ask = () => cache.answer(1, '/a', () => (made += 1));
    ask();
    ask();
    expect(made).to.equal(2);
  });
});
