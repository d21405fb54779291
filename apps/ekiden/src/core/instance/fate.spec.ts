import { expect } from 'chai';
import { millis } from '@ekiden/kernel';
import { NEXT_CONDITION } from './conditions.js';
import { SITUATIONS, fateOf, situationOf, type Fate, type Situation } from './fate.js';
import type { Condition, Goal } from './instance.js';
import type { KillOrder } from './kill-order.js';

/** A condition for each situation. */
const SAMPLE: Readonly<Record<Situation, Condition>> = {
  waiting: 'Scheduled',
  alive: 'Running',
  outOfReach: 'Unreachable',
  over: 'Failed',
};

const KILL: KillOrder = { since: millis(1), reason: 'userRequest' };

/** One row per goal; then whether it is outdated, to be killed, resident. In order of SITUATIONS. */
// prettier-ignore
const ROWS: readonly (readonly [Goal, { outdated?: true; kill?: true; resident?: true }, readonly Fate[]])[] = [
  ['Running',        {},                                ['keep', 'keep', 'keep', 'relaunch']],
  ['Running',        { outdated: true },                ['keep', 'keep', 'keep', 'forget']],
  ['Running',        { kill: true },                    ['keep', 'keep', 'forget', 'relaunch']],
  ['Running',        { kill: true, outdated: true },    ['keep', 'keep', 'forget', 'forget']],
  ['Running',        { kill: true, resident: true },    ['keep', 'keep', 'keep', 'relaunch']],
  ['Stopped',        {},                                ['keep', 'keep', 'keep', 'keep']],
  ['Stopped',        { outdated: true },                ['keep', 'keep', 'keep', 'keep']],
  ['Stopped',        { kill: true },                    ['keep', 'keep', 'keep', 'keep']],
  ['Decommissioned', {},                                ['forget', 'keep', 'forget', 'forget']],
  ['Decommissioned', { kill: true },                    ['forget', 'keep', 'forget', 'forget']],
  ['Decommissioned', { kill: true, outdated: true },    ['forget', 'keep', 'forget', 'forget']],
];

describe('what becomes of an instance', () => {
  for (const [goal, facts, fates] of ROWS) {
    const about = Object.keys(facts).join(', ') || 'nothing else';
    it(`goal ${goal}, with ${about}: ${fates.join(', ')}`, () => {
      const { outdated = false, resident = false, kill } = facts;
      const seen = SITUATIONS.map((situation) =>
        fateOf(
          { goal, condition: SAMPLE[situation], ...(kill ? { kill: KILL } : {}) },
          { outdated, resident },
        ),
      );
      expect(seen).to.deep.equal(fates);
    });
  }

  it('every condition is a situation', () => {
    const by = (wanted: Situation) =>
      (Object.keys(NEXT_CONDITION) as Condition[]).filter((each) => situationOf(each) === wanted);
    expect(by('waiting')).to.deep.equal(['Scheduled']);
    expect(by('outOfReach')).to.deep.equal(['Unreachable', 'UnreachableInactive']);
    expect(by('over')).to.deep.equal(['Finished', 'Failed', 'Killed', 'Error', 'Gone', 'Dropped']);
    expect(by('alive')).to.deep.equal([
      'Provisioned',
      'Staging',
      'Starting',
      'Running',
      'Killing',
      'Unknown',
    ]);
  });
});
