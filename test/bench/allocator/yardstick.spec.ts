import { expect } from 'chai';
import { Yardstick } from './yardstick.js';

function yardstick(...measured: readonly number[]): Yardstick {
  const left = [...measured];
  return new Yardstick(() => left.shift() ?? Number.NaN);
}

describe('the yardstick', () => {
  it('is one where the C++ figures were taken', () => {
    expect(yardstick(97).factor()).to.equal(1);
  });

  it('makes times of a machine half as fast half as long', () => {
    expect(yardstick(194).factor()).to.equal(0.5);
  });

  it('does not believe a single disturbed measurement', () => {
    const stick = yardstick(97, 97, 970);
    stick.factor();
    stick.factor();
    expect(stick.factor()).to.equal(1);
  });

  it('forgets how fast the machine was long ago', () => {
    const stick = yardstick(10, 10, 97, 97, 97, 97, 97);
    for (let n = 0; n < 6; n += 1) stick.factor();
    expect(stick.factor()).to.equal(1);
  });
});
