import { expect } from 'chai';
import type { PathId } from '../app/index.js';
import { StartBudget } from './start-budget.js';

const A = '/a' as PathId;
const B = '/b' as PathId;

describe('the budget of instances created in a turn', () => {
  it('is one for all looks at an app', () => {
    const budget = new StartBudget(100);
    expect([budget.take(A, 70), budget.take(A, 70), budget.take(A, 70)]).to.deep.equal([70, 30, 0]);
  });

  it('leaves a few for each app when others have used it up', () => {
    const budget = new StartBudget(100);
    expect([budget.take(A, 300), budget.take(B, 300), budget.take(B, 300)]).to.deep.equal([
      100, 5, 0,
    ]);
  });

  it('never lets one app have more than all of it', () => {
    const budget = new StartBudget(3);
    expect([budget.take(A, 10), budget.take(A, 10), budget.take(B, 10)]).to.deep.equal([3, 0, 3]);
  });

  it('counts what was taken alone', () => {
    const budget = new StartBudget(10);
    expect([budget.take(A, 0), budget.take(B, 4), budget.take(A, 9)]).to.deep.equal([0, 4, 6]);
  });
});
