import { expect } from 'chai';
import { killBudget } from './kill-unhealthy.js';

const budgets: readonly (readonly [instances: number, minimum: number, budget: number])[] = [
  [20, 1, 1],
  [20, 0.5, 10],
  [20, 0, 20],
  [3, 0.5, 1],
  [100, 0.07, 93],
  [1, 1, 1],
  [0, 1, 1],
];

describe('the budget of health kills', () => {
  for (const [instances, minimumHealthCapacity, budget] of budgets) {
    it(`is ${budget} for ${instances} instances and a minimum of ${minimumHealthCapacity}`, () => {
      const upgradeStrategy = { minimumHealthCapacity, maximumOverCapacity: 1 };
      expect(killBudget({ instances, upgradeStrategy })).to.equal(budget);
    });
  }
});
