import { expect } from 'chai';
import { wholePattern } from './pattern.js';
import { isArchive, isUri } from './uri.js';

describe('URIs', () => {
  for (const uri of [
    'http://a/b?c=d#e',
    'run.sh',
    '/opt/x',
    'a%20b',
    'hdfs://h:9000/x',
    'ä/b',
    '',
  ]) {
    it(`include '${uri}'`, () => {
      expect(isUri(uri)).to.equal(true);
    });
  }
  for (const text of ['a b', 'a%2', '://x', '1a:b', 'http:', 'a#b#c', '<a>', 'a\\b', '{{x}}']) {
    it(`exclude '${text}'`, () => {
      expect(isUri(text)).to.equal(false);
    });
  }

  it('name an archive by the end of their path', () => {
    const archives = ['a.tar', 'a.tar.gz', 'a.tar.bz2', 'a.tar.xz', 'a.gz', 'a.tgz', 'a.tbz2'];
    expect([...archives, 'a.txz', 'a.zip#x'].every(isArchive)).to.equal(true);
    expect(['a.sh', 'gz', 'a.zip/b', 'b?a.zip'].some(isArchive)).to.equal(false);
  });
});

describe('patterns', () => {
  it('match whole values', () => {
    expect(wholePattern('a|b')?.test('ab')).to.equal(false);
    expect(wholePattern('rack-[12]')?.test('rack-2')).to.equal(true);
  });

  it('ignore case after (?i)', () => {
    expect(wholePattern('(?i)rack')?.test('RACK')).to.equal(true);
  });

  it('must be sound by themselves', () => {
    expect(wholePattern('a)(b')).to.equal(undefined);
    expect(wholePattern('(')).to.equal(undefined);
  });
});
