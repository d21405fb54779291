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

  it('counts what was made before and is being placed', () => {
    const ahead = new Map([[A, 30]]);
    const budget = new StartBudget(100, () => ({ ahead, apps: 1 }));
    expect([budget.take(A, 300), budget.take(A, 300)]).to.deep.equal([70, 0]);
  });

  it('leaves a few for each app beside one with many ahead, but none for that one', () => {
    const ahead = new Map([[A, 300]]);
    const budget = new StartBudget(100, () => ({ ahead, apps: 1 }));
    expect([budget.take(A, 300), budget.take(B, 300)]).to.deep.equal([0, 5]);
  });

  it('is shared by those that grow', () => {
    const budget = new StartBudget(100, () => ({ ahead: new Map(), apps: 40 }));
    expect([budget.take(A, 300), budget.take(B, 2), budget.take(B, 300)]).to.deep.equal([3, 2, 1]);
  });

  it('looks for what was made before when something is wanted, once', () => {
    let looks = 0;
    const budget = new StartBudget(100, () => {
      looks += 1;
      return { ahead: new Map(), apps: 0 };
    });
    budget.take(A, 0);
    expect(looks).to.equal(0);
    budget.take(A, 5);
    budget.take(B, 5);
    expect(looks).to.equal(1);
  });

  it('tells how many apps did not get all they wanted', () => {
    const budget = new StartBudget(10);
    budget.take(A, 10);
    expect(budget.short).to.equal(0);
    budget.take(A, 1);
    budget.take(A, 1);
    budget.take(B, 6);
    expect(budget.short).to.equal(2);
  });
});
