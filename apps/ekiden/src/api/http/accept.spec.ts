import { expect } from 'chai';
import { acceptsJson, bestOf, encodingFor, qualityOf } from './accept.js';

describe('what a client accepts', () => {
  for (const [accept, quality] of [
    [undefined, 1],
    ['', 1],
    ['*/*', 1],
    ['application/json', 1],
    ['Application/JSON; charset=utf-8', 1],
    ['application/*;q=0.5', 0.5],
    ['*/*;q=0.1, application/json;q=0.7', 0.7],
    ['application/json;q=0, */*', 0],
    ['text/html', 0],
    ['application/json;q=nonsense', 0],
    ['application/json;q=7', 1],
    [',,;q=1', 0],
  ] as const) {
    it(`is JSON by ${quality} for ${String(accept)}`, () => {
      expect(qualityOf(accept, 'application/json')).to.equal(quality);
      expect(acceptsJson(accept)).to.equal(quality > 0);
    });
  }

  it('is the first of those it likes alike', () => {
    expect(bestOf('*/*', ['a/b', 'c/d'])).to.equal('a/b');
    expect(bestOf('c/*, a/b;q=0.9', ['a/b', 'c/d'])).to.equal('c/d');
    expect(bestOf('e/f', ['a/b', 'c/d'])).to.equal(undefined);
  });

  for (const [header, encoding] of [
    [undefined, undefined],
    ['', undefined],
    ['identity', undefined],
    ['gzip', 'gzip'],
    ['x-gzip', 'gzip'],
    ['GZIP;q=1.0', 'gzip'],
    ['deflate', 'deflate'],
    ['gzip, deflate, br', 'gzip'],
    ['gzip;q=0.5, deflate', 'deflate'],
    ['gzip;q=0', undefined],
    ['*', 'gzip'],
    ['gzip;q=0, *', 'deflate'],
    ['gzip;q=0.5, identity', undefined],
    ['br', undefined],
    ['identity;q=0', undefined],
  ] as const) {
    it(`is ${encoding ?? 'nothing special'} for the encodings ${String(header)}`, () => {
      expect(encodingFor(header)).to.equal(encoding);
    });
  }
});
