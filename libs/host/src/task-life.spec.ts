import { expect } from 'chai';
import { LIFE_EVENTS, PHASES, nextStep, type LifeEvent, type Phase } from './task-life.js';

/*
 * The whole table once more, as text: `next [report] [+acts]`, `.` = ignored, `!` = impossible.
 * Columns: launch, slot, prepared, failed, started, exited, kill, deadline.
 */
const TABLE: Readonly<Record<Phase, readonly string[]>> = {
  idle: [
    'queued +enqueue',
    '!',
    '!',
    '!',
    '!',
    '!',
    'ended killedDuringLaunch +discard',
    'ended stagingDeadline +discard',
  ],
  queued: [
    '.',
    'preparing +prepare',
    '!',
    '!',
    '!',
    '!',
    'ended killedDuringLaunch +discard',
    'ended stagingDeadline +discard',
  ],
  preparing: [
    '.',
    '!',
    'starting starting +start',
    'ended failure',
    '!',
    '!',
    'cancelling killing +shutdown',
    'overdue +shutdown',
  ],
  starting: [
    '.',
    '!',
    '!',
    'ended failure',
    'running running +wait',
    '!',
    'cancelling killing +shutdown',
    'overdue +shutdown',
  ],
  running: ['.', '!', '!', '!', '!', 'ended exit', 'killing killing +shutdown', '.'],
  killing: ['.', '!', '!', '!', '!', 'ended killed', 'killing +shutdown', '.'],
  cancelling: [
    '.',
    '!',
    'ended killedDuringLaunch +discard',
    'ended killedDuringLaunch +discard',
    'killing +wait +shutdown',
    '!',
    '.',
    'ended killedDuringLaunch',
  ],
  overdue: [
    '.',
    '!',
    'ended stagingDeadline +discard',
    'ended stagingDeadline +discard',
    'evicting +wait +shutdown',
    '!',
    '.',
    'ended stagingDeadline',
  ],
  evicting: ['.', '!', '!', '!', '!', 'ended stagingDeadline', 'evicting +shutdown', '.'],
  ended: ['ended repeat', '!', 'ended +discard', '.', 'ended +discard', '.', 'ended repeat', '.'],
};

function cell(phase: Phase, event: LifeEvent): string {
  try {
    const { next, report, acts = [] } = nextStep(phase, event);
    if (next === phase && report === undefined && acts.length === 0) return '.';
    return [next, ...(report === undefined ? [] : [report]), ...acts.map((act) => `+${act}`)].join(
      ' ',
    );
  } catch {
    return '!';
  }
}

describe('the life of a task', () => {
  for (const phase of PHASES) {
    for (const [index, event] of LIFE_EVENTS.entries()) {
      const expected = TABLE[phase][index];
      it(`${phase} on ${event}: ${expected ?? ''}`, () => {
        expect(cell(phase, event)).to.equal(expected);
      });
    }
  }

  it('never leaves its end', () => {
    for (const event of LIFE_EVENTS) {
      if (cell('ended', event) !== '!') expect(nextStep('ended', event).next).to.equal('ended');
    }
  });

  it('answers a kill in every phase', () => {
    for (const phase of PHASES) expect(cell(phase, 'kill')).to.not.equal('!');
  });
});
