import { expect } from 'chai';
import fc from 'fast-check';
import { AssertionFailed } from './assert.js';
import { Mailbox } from './mailbox.js';

type Move =
  | { readonly kind: 'offer'; readonly count: number }
  | { readonly kind: 'drain'; readonly max: number };

const anyMove: fc.Arbitrary<Move> = fc.oneof(
  fc.record({ kind: fc.constant('offer' as const), count: fc.integer({ min: 1, max: 700 }) }),
  fc.record({ kind: fc.constant('drain' as const), max: fc.integer({ min: 0, max: 700 }) }),
);

describe('mailbox', () => {
  it('hands out what it took, oldest first', () => {
    const mailbox = new Mailbox<string>(3);
    for (const item of ['a', 'b', 'c']) mailbox.offer(item);
    expect(mailbox.drain(2)).to.deep.equal(['a', 'b']);
    expect(mailbox.drain(2)).to.deep.equal(['c']);
    expect(mailbox.drain(2)).to.deep.equal([]);
  });

  it('refuses when full, and takes again after a drain', () => {
    const mailbox = new Mailbox<number>(2);
    expect([1, 2, 3].map((item) => mailbox.offer(item))).to.deep.equal([true, true, false]);
    mailbox.drain(1);
    expect(mailbox.offer(4)).to.equal(true);
    expect(mailbox.drain(Number.POSITIVE_INFINITY)).to.deep.equal([2, 4]);
  });

  it('behaves like a plain array with a limit', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 3000 }),
        fc.array(anyMove, { maxLength: 60, size: 'max' }),
        (capacity, moves) => {
          const mailbox = new Mailbox<number>(capacity);
          const model: number[] = [];
          let item = 0;
          for (const move of moves) {
            if (move.kind === 'drain') {
              expect(mailbox.drain(move.max)).to.deep.equal(model.splice(0, move.max));
            } else {
              const free = capacity - model.length;
              const items = Array.from({ length: move.count }, (_, i) => item + i);
              item += move.count;
              const taken = items.filter((each) => mailbox.offer(each));
              expect(taken).to.deep.equal(items.slice(0, free));
              model.push(...taken);
            }
            expect(mailbox.size).to.equal(model.length);
          }
        },
      ),
    );
  });

  for (const capacity of [0, -1, 2.5, Number.NaN, Number.POSITIVE_INFINITY]) {
    it(`refuses a capacity of ${capacity}`, () => {
      expect(() => new Mailbox(capacity)).to.throw(AssertionFailed);
    });
  }

  for (const max of [-1, Number.NaN]) {
    it(`refuses to drain ${max} items and keeps what it holds`, () => {
      const mailbox = new Mailbox<string>(1);
      mailbox.offer('a');
      expect(() => mailbox.drain(max)).to.throw(AssertionFailed);
      expect(mailbox.drain(1)).to.deep.equal(['a']);
    });
  }
});
