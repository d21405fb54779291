import { expect } from 'chai';
import { TASK_STATES, isTerminalTaskState, mayFollow, type TaskState } from './task-state.js';

/**
 * Every cell: `+` where a report of the column's state may replace the row's. Columns in the order
 * of TASK_STATES: staging to killing, finished to dropped, unreachable, gone (twice), unknown.
 * Terminal rows are empty, no state follows itself, and only a task out of sight (UNREACHABLE,
 * UNKNOWN) may be seen in an earlier state again.
 */
// prettier-ignore
const CELLS: Readonly<Record<TaskState, string>> = {
  //                     4 live   5 ended   lost  2 gone unknown
  TASK_STAGING:          '.+++' + '+++++' + '+' + '++' + '+',
  TASK_STARTING:         '..++' + '+++++' + '+' + '++' + '+',
  TASK_RUNNING:          '...+' + '+++++' + '+' + '++' + '+',
  TASK_KILLING:          '....' + '+++++' + '+' + '++' + '+',
  TASK_FINISHED:         '....' + '.....' + '.' + '..' + '.',
  TASK_FAILED:           '....' + '.....' + '.' + '..' + '.',
  TASK_KILLED:           '....' + '.....' + '.' + '..' + '.',
  TASK_ERROR:            '....' + '.....' + '.' + '..' + '.',
  TASK_DROPPED:          '....' + '.....' + '.' + '..' + '.',
  TASK_UNREACHABLE:      '++++' + '+++++' + '.' + '++' + '+',
  TASK_GONE:             '....' + '.....' + '.' + '..' + '.',
  TASK_GONE_BY_OPERATOR: '....' + '.....' + '.' + '..' + '.',
  TASK_UNKNOWN:          '++++' + '+++++' + '+' + '++' + '.',
};

describe('task states', () => {
  for (const from of TASK_STATES) {
    it(`${from} is followed by what its row says and nothing else`, () => {
      const row = TASK_STATES.map((to) => (mayFollow(from, to) ? '+' : '.')).join('');
      expect(row).to.equal(CELLS[from]);
    });
  }

  it('are terminal exactly where nothing may follow', () => {
    for (const from of TASK_STATES) {
      expect(isTerminalTaskState(from), from).to.equal(!CELLS[from].includes('+'));
    }
  });

  it('can always end: every state that is not terminal may be followed by every terminal one', () => {
    const terminal = TASK_STATES.filter(isTerminalTaskState);
    for (const from of TASK_STATES.filter((state) => !isTerminalTaskState(state))) {
      expect(
        terminal.filter((to) => !mayFollow(from, to)),
        from,
      ).to.deep.equal([]);
    }
  });
});
