import { millis, type TaskId } from '@ekiden/kernel';
import { expect } from 'chai';
import fc from 'fast-check';
import type { Backend } from '../../../core/traffic/index.js';
import { BackendTurns, backendKey } from './backend-turns.js';

const NONE: ReadonlySet<string> = new Set();

function backend(name: string, weight: number): Backend {
  return { host: '127.0.0.1', port: 80, weight, taskId: name as TaskId };
}

function taken(turns: BackendTurns, times: number, now = 0): readonly string[] {
  return Array.from({ length: times }, () => turns.next(NONE, millis(now))?.taskId ?? '-');
}

describe('whose turn it is', () => {
  let turns: BackendTurns;
  beforeEach(() => {
    turns = new BackendTurns();
  });

  it('mixes by weight', () => {
    turns.set([backend('a', 3), backend('b', 1)]);
    expect(taken(turns, 8).join('')).to.equal('aabaaaba');
  });

  it('gives nobody more or less than the weights say, over a whole round', () => {
    const weights = fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(weights, (each) => {
        const fresh = new BackendTurns();
        fresh.set(each.map((weight, at) => backend(String(at), weight)));
        const round = each.reduce((sum, weight) => sum + weight, 0);
        const answers = taken(fresh, round);
        const counts = each.map((_, at) => answers.filter((name) => name === String(at)).length);
        expect(counts).to.deep.equal(each);
      }),
    );
  });

  it('passes over what was tried, until nobody is left', () => {
    const [a, b] = [backend('a', 1), backend('b', 1)];
    turns.set([a, b]);
    const tried = new Set([backendKey(a)]);
    expect(turns.next(tried, millis(0))).to.deep.equal(b);
    tried.add(backendKey(b));
    expect(turns.next(tried, millis(0))).to.equal(undefined);
  });

  it('comes last, for a second, to one that could not be reached', () => {
    const [a, b] = [backend('a', 1), backend('b', 1)];
    turns.set([a, b]);
    turns.shun(a, millis(0));
    expect(taken(turns, 4, 999).join('')).to.equal('bbbb');
    expect(turns.next(new Set([backendKey(b)]), millis(999))).to.deep.equal(a);
    expect(taken(turns, 6, 1_000)).to.include('a');
  });

  it('keeps the places of those that stay', () => {
    turns.set([backend('a', 1), backend('b', 1)]);
    expect(taken(turns, 1)).to.deep.equal(['a']);
    turns.set([backend('a', 1), backend('b', 1), backend('c', 1)]);
    expect([...taken(turns, 2)].sort()).to.deep.equal(['b', 'c']);
  });
});
