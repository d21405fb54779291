import { expect } from 'chai';
import { AssertionFailed, TASK_STATES, isTerminalTaskState } from '@ekiden/kernel';
import {
  NEXT_CONDITION,
  delaysNextLaunch,
  isActive,
  isTerminal,
  nextCondition,
} from './conditions.js';
import type { Condition } from './instance.js';

/**
 * Every cell: the condition after a status, `.` = stays. Columns in the order of TASK_STATES:
 * staging, starting, running, killing; finished, failed, killed, error, dropped; unreachable;
 * gone, gone by operator; unknown. S T R K, F X D E P, U, G G, ?.
 */
// prettier-ignore
const CELLS: Readonly<Record<Exclude<Condition, 'Scheduled'>, string>> = {
  //                    4 live    5 ended    lost  2 gone unknown
  Provisioned:         'STRK' + 'FXDEP' + 'U' + 'GG' + '?',
  Staging:             '.TRK' + 'FXDEP' + 'U' + 'GG' + '?',
  Starting:            '..RK' + 'FXDEP' + 'U' + 'GG' + '?',
  Running:             '...K' + 'FXDEP' + 'U' + 'GG' + '?',
  Killing:             '....' + 'FXDEP' + 'U' + 'GG' + '?',
  Unreachable:         '.TRK' + 'FXDEP' + '.' + 'GG' + '.',
  UnreachableInactive: '.TRK' + 'FXDEP' + '.' + 'GG' + '.',
  Unknown:             '.TRK' + 'FXDEP' + 'U' + 'GG' + '.',
  Finished:            '.............',
  Failed:              '.............',
  Killed:              '.............',
  Error:               '.............',
  Gone:                '.............',
  Dropped:             '.............',
};

// prettier-ignore
const LETTER: Readonly<Partial<Record<Condition, string>>> = {
  Staging: 'S', Starting: 'T', Running: 'R', Killing: 'K', Finished: 'F', Failed: 'X', Killed: 'D',
  Error: 'E', Dropped: 'P', Unreachable: 'U', Gone: 'G', Unknown: '?',
};

const conditions = Object.keys(NEXT_CONDITION) as Condition[];
const placed = Object.keys(CELLS) as (keyof typeof CELLS)[];

describe('conditions of instances', () => {
  for (const from of placed) {
    it(`${from} is followed by what its row says and nothing else`, () => {
      const row = TASK_STATES.map((status) => {
        const to = nextCondition(from, status);
        return to === from ? '.' : LETTER[to];
      });
      expect(row.join('')).to.equal(CELLS[from]);
    });
  }

  it('take no status while there is no task', () => {
    expect(() => nextCondition('Scheduled', 'TASK_RUNNING')).to.throw(AssertionFailed);
  });

  it('end with every end of a task, and never otherwise', () => {
    for (const from of placed.filter((condition) => !isTerminal(condition))) {
      for (const status of TASK_STATES) {
        const ended = isTerminal(nextCondition(from, status));
        expect(ended, `${from} ${status}`).to.equal(isTerminalTaskState(status));
      }
    }
  });

  it('are active from the placement to the end, but for the long lost', () => {
    expect(conditions.filter(isActive)).to.have.members([
      'Provisioned',
      'Staging',
      'Starting',
      'Running',
      'Killing',
      'Unreachable',
      'Unknown',
    ]);
  });

  it('delay the next launch when the task ended of itself, well or badly', () => {
    expect(conditions.filter(delaysNextLaunch)).to.include.members([
      'Finished',
      'Failed',
      'Error',
      'Gone',
    ]);
    expect(delaysNextLaunch('Killed')).to.equal(false);
  });
});
