import { expect } from 'chai';
import { ManualClock, millis } from '@ekiden/kernel';
import { breaches, WorldBroken } from './checker.js';
import { Trace } from './trace.js';

describe('a trace', () => {
  it('shows what happened last and how much it has forgotten', () => {
    const clock = new ManualClock();
    const trace = new Trace(clock, 3);
    for (let n = 1; n <= 20; n += 1) {
      trace.note(`thing ${n}`);
      clock.advance(millis(500));
    }
    expect(trace.show().split('\n')).to.deep.equal([
      '... 17 earlier',
      '    8.500s thing 18',
      '    9.000s thing 19',
      '    9.500s thing 20',
    ]);
  });
});

describe('checkers', () => {
  it('tell every breach under the name of its rule', () => {
    const even = { rule: 'even', check: (n: number) => (n % 2 === 0 ? [] : [`${n} is odd`]) };
    const small = { rule: 'small', check: (n: number) => (n < 10 ? [] : [`${n} is large`]) };
    expect(breaches([even, small], 8)).to.deep.equal([]);
    expect(breaches([even, small], 11)).to.deep.equal([
      { rule: 'even', sentence: '11 is odd' },
      { rule: 'small', sentence: '11 is large' },
    ]);
  });

  it('tell the whole story of a broken world', () => {
    const story = {
      seed: 4,
      turn: 17,
      breaches: [{ rule: 'even', sentence: '11 is odd' }],
      setting: 'loss 10 %',
      trace: 'this and that',
    };
    expect(new WorldBroken(story).message.split('\n')).to.deep.equal([
      'seed 4, turn 17:',
      '  even: 11 is odd',
      'the world: loss 10 %',
      'what happened last:',
      'this and that',
    ]);
  });
});
