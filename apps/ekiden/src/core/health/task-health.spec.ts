import { expect } from 'chai';
import { millis, seconds } from '@ekiden/kernel';
import { UNKNOWN_CHECK, type CheckState } from './check-state.js';
import { sampleCheck } from './sample-check.js';
import {
  causeToReplace,
  checkStatesOf,
  longestGrace,
  overallHealth,
  withCheckState,
} from './task-health.js';

const alive: CheckState = {
  alive: true,
  consecutiveFailures: 0,
  firstSuccess: millis(1),
  lastSuccess: millis(1),
};
const dead: CheckState = {
  alive: false,
  consecutiveFailures: 4,
  lastFailure: millis(2),
  lastFailureCause: 'refused',
};

const overall: readonly (readonly [
  name: string,
  states: readonly CheckState[],
  healthy: boolean | undefined,
])[] = [
  ['unknown without checks', [], undefined],
  ['healthy when every check is alive', [alive, alive], true],
  ['unhealthy when one is not', [alive, dead], false],
  ['unknown while one has shown nothing', [alive, UNKNOWN_CHECK], undefined],
  ['unknown even beside one that failed', [dead, UNKNOWN_CHECK], undefined],
];

describe('health of a task', () => {
  for (const [name, states, healthy] of overall) {
    it(`is ${name}`, () => {
      expect(overallHealth(states)).to.equal(healthy);
    });
  }

  it('keeps one state per check of the definition', () => {
    const app = { healthChecks: [sampleCheck(), sampleCheck()] };
    expect(checkStatesOf(undefined, app)).to.deep.equal([UNKNOWN_CHECK, UNKNOWN_CHECK]);
    expect(checkStatesOf([alive], app)).to.deep.equal([alive, UNKNOWN_CHECK]);
    expect(withCheckState([alive, UNKNOWN_CHECK], 1, dead)).to.deep.equal([alive, dead]);
  });

  it('says why a task is to be replaced', () => {
    const app = {
      healthChecks: [sampleCheck({ maxConsecutiveFailures: 0 }), sampleCheck()],
    };
    expect(causeToReplace([dead, alive], app)).to.equal(undefined);
    expect(causeToReplace([alive, dead], app)).to.equal('refused');
    expect(causeToReplace(undefined, app)).to.equal(undefined);
  });

  it('waits for the longest grace period', () => {
    const app = {
      healthChecks: [
        sampleCheck({ gracePeriodSeconds: 0 }),
        sampleCheck({ gracePeriodSeconds: 20 }),
      ],
    };
    expect(longestGrace(app)).to.equal(seconds(20));
    expect(longestGrace({ healthChecks: [] })).to.equal(0);
  });
});
