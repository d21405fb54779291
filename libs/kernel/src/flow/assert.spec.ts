import { expect } from 'chai';
import { AssertionFailed, assert, assertNever, present } from './assert.js';

describe('assertions', () => {
  it('say nothing when they hold', () => {
    assert(true, 'fine');
    expect(present(0, 'number')).to.equal(0);
    expect(present('', 'text')).to.equal('');
  });

  it('throw with the given words when they do not', () => {
    expect(() => {
      assert(false, 'two and two');
    }).to.throw(AssertionFailed, 'two and two');
    expect(() => present(null, 'row')).to.throw(AssertionFailed, 'missing: row');
    expect(() => present(undefined, 'row')).to.throw(AssertionFailed, 'missing: row');
  });

  it('close a switch at run time, naming the value', () => {
    const odd: unknown = { kind: 'odd' };
    expect(() => assertNever(odd as never)).to.throw(AssertionFailed, '{"kind":"odd"}');
  });
});
