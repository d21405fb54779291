import { expect } from 'chai';
import type { DeploymentDetails } from '../client/index.js';
import { deploymentFacts } from './deployment-text.js';

const RESTARTS = ['/shop/db', '/shop/api', '/shop/web'];

function at(currentStep: number, how: Partial<DeploymentDetails>): readonly string[] {
  const shown = deploymentFacts({
    id: 'd1',
    version: '2026-01-01T00:00:00.000Z',
    steps: RESTARTS.map((app) => ({ actions: [{ action: 'RestartApplication', app }] })),
    affectedApps: RESTARTS,
    affectedPods: [],
    currentActions: [],
    currentStep,
    totalSteps: RESTARTS.length,
    ...how,
  });
  return shown.split('\n').flatMap((line) => /(\w*) +\d {2}restart (.*)$/.exec(line)?.[1] ?? []);
}

describe('a deployment, as people read it', () => {
  const finishedAt = '2026-01-01T00:01:00.000Z';
  for (const [what, step, how, marks] of [
    ['under way', 2, { state: 'running' }, ['done', 'now', '']],
    ['of an older service', 2, {}, ['done', 'now', '']],
    ['that succeeded', 3, { state: 'succeeded', finishedAt }, ['done', 'done', 'done']],
    ['whose old version is kept', 3, { state: 'holding', finishedAt }, ['done', 'done', 'done']],
    ['that failed', 2, { state: 'failed', finishedAt }, ['done', 'ended', '']],
    ['that was cancelled', 1, { state: 'cancelled', finishedAt }, ['ended', '', '']],
  ] as const) {
    it(`${what} says of each step whether it is done`, () => {
      expect(at(step, how)).to.deep.equal(marks);
    });
  }
});
