import { expect } from 'chai';
import { millis } from '@ekiden/kernel';
import type { PathId } from '../app/index.js';
import type { DeploymentPlan } from './plan.js';
import { stepChanging } from './step-changing.js';

const web = '/web' as PathId;
const db = '/db' as PathId;

const PLAN: DeploymentPlan = {
  id: 'one',
  parent: millis(1),
  version: millis(2),
  steps: [
    { actions: [{ kind: 'StartApplication', app: web }] },
    { actions: [{ kind: 'ScaleApplication', app: db }] },
    { actions: [{ kind: 'ScaleApplication', app: web }] },
  ],
  changes: [],
  groupChanges: [],
  sentenced: {},
  warnings: [],
};

describe('the step of a plan that changes an app', () => {
  it('is the first that does more than announce it', () => {
    expect(stepChanging(PLAN, web)).to.equal(2);
    expect(stepChanging(PLAN, db)).to.equal(1);
  });

  it('is none for an app without an action', () => {
    expect(stepChanging(PLAN, '/other' as PathId)).to.equal(undefined);
  });

  it('is that of the plan asked about', () => {
    const reversed = { ...PLAN, steps: PLAN.steps.toReversed() };
    expect([stepChanging(reversed, web), stepChanging(PLAN, web)]).to.deep.equal([0, 2]);
  });
});
