import { expect } from 'chai';
import { AssertionFailed } from '../flow/assert.js';
import { ManualClock, millis, seconds } from './clock.js';

describe('manual clock', () => {
  it('stands still until it is told to move', () => {
    const clock = new ManualClock(millis(1000));
    expect([clock.now(), clock.now()]).to.deep.equal([1000, 1000]);
    clock.advance(seconds(1.5));
    expect([clock.now(), clock.monotonic()]).to.deep.equal([2500, 1500]);
  });

  it('does not go back', () => {
    const clock = new ManualClock(millis(1000));
    expect(() => {
      clock.advance(millis(-1));
    }).to.throw(AssertionFailed);
    expect(clock.now()).to.equal(1000);
  });

  it('counts in whole milliseconds', () => {
    expect([millis(1.4), millis(1.5), seconds(0.0004)]).to.deep.equal([1, 2, 0]);
  });
});
