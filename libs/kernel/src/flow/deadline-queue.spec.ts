import { expect } from 'chai';
import fc from 'fast-check';
import { millis } from '../time/clock.js';
import { AssertionFailed } from './assert.js';
import { DeadlineQueue } from './deadline-queue.js';

/** The obvious slow queue: a list of [key, deadline], sorted when somebody asks. */
class SortedList {
  private entries: (readonly [key: string, at: number])[] = [];

  get size(): number {
    return this.entries.length;
  }

  set(key: string, at: number): void {
    this.delete(key);
    this.entries.push([key, at]);
    this.entries.sort(([, a], [, b]) => a - b);
  }

  delete(key: string): void {
    this.entries = this.entries.filter(([other]) => other !== key);
  }

  next(): number | undefined {
    return this.entries[0]?.[1];
  }

  at(key: string): number | undefined {
    return this.entries.find(([other]) => other === key)?.[1];
  }

  dueCount(now: number): number {
    return this.entries.filter(([, at]) => at <= now).length;
  }
}

const key = fc.integer({ min: 0, max: 30 }).map((n) => `k${n}`);
const at = fc.integer({ min: 0, max: 100 });
const move = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('set' as const), key, at }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('delete' as const), key }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('due' as const),
      at,
      max: fc.oneof(fc.integer({ min: 0, max: 5 }), fc.constant(Number.POSITIVE_INFINITY)),
    }),
  },
);

/** Takes what is due from both; keys with equal deadlines may come in any order. */
function dueFromBoth(
  queue: DeadlineQueue<string>,
  model: SortedList,
  now: number,
  max: number,
): void {
  const expected = Math.min(max, model.dueCount(now));
  const keys = queue.due(millis(now), max);
  expect(keys.length).to.equal(expected);
  for (const taken of keys) {
    expect(model.at(taken)).to.equal(model.next());
    model.delete(taken);
  }
}

describe('deadline queue', () => {
  it('hands out keys when they fall due, earliest first', () => {
    const queue = new DeadlineQueue<string>();
    queue.set('late', millis(30));
    queue.set('early', millis(10));
    queue.set('middle', millis(20));
    expect(queue.next()).to.equal(10);
    expect(queue.due(millis(9))).to.deep.equal([]);
    expect(queue.due(millis(20))).to.deep.equal(['early', 'middle']);
    expect(queue.size).to.equal(1);
  });

  it('replaces a deadline when its key is set again', () => {
    const queue = new DeadlineQueue<string>();
    queue.set('a', millis(10));
    queue.set('a', millis(20));
    queue.set('a', millis(10));
    expect(queue.due(millis(100))).to.deep.equal(['a']);
    expect(queue.next()).to.equal(undefined);
  });

  it('forgets a deleted key', () => {
    const queue = new DeadlineQueue<string>();
    queue.set('a', millis(10));
    queue.delete('a');
    queue.delete('never set');
    expect([queue.size, queue.next()]).to.deep.equal([0, undefined]);
  });

  it('behaves like a sorted list', () => {
    fc.assert(
      fc.property(fc.array(move, { maxLength: 400, size: 'max' }), (moves) => {
        const queue = new DeadlineQueue<string>();
        const model = new SortedList();
        for (const step of moves) {
          if (step.kind === 'due') {
            dueFromBoth(queue, model, step.at, step.max);
          } else if (step.kind === 'delete') {
            queue.delete(step.key);
            model.delete(step.key);
          } else {
            queue.set(step.key, millis(step.at));
            model.set(step.key, step.at);
          }
          expect(queue.size).to.equal(model.size);
          expect(queue.next()).to.equal(model.next());
        }
        dueFromBoth(queue, model, 100, Number.POSITIVE_INFINITY);
        expect(queue.size).to.equal(0);
      }),
    );
  });

  it('stays small when one key is moved again and again', () => {
    const queue = new DeadlineQueue<string>();
    queue.set('fixed', millis(1));
    for (let i = 2; i < 10_000; i += 1) queue.set('moving', millis(i));
    const { heap } = queue as unknown as { readonly heap: readonly unknown[] };
    expect(heap.length).to.be.lessThan(100);
    expect(queue.due(millis(10_000))).to.deep.equal(['fixed', 'moving']);
  });

  for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, 0.5]) {
    it(`refuses ${bad} as a deadline`, () => {
      const queue = new DeadlineQueue<string>();
      expect(() => {
        queue.set('a', bad as ReturnType<typeof millis>);
      }).to.throw(AssertionFailed);
      expect(queue.size).to.equal(0);
    });
  }
});
