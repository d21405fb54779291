import fc from 'fast-check';
import { expect } from 'chai';
import { millis, type TaskId } from '@ekiden/kernel';
import {
  figuresAt,
  newRecord,
  noteReading,
  type Reading,
  type TaskCounts,
  type TrafficRecord,
} from './traffic-record.js';

const WINDOW = 60;

function task(name: string, requests: number, errors = 0): TaskCounts {
  return { taskId: name as TaskId, requests, errors, seconds: requests / 100 };
}

/** What was read second by second, and what came of it by the last one. */
function played(...readings: readonly Partial<Reading>[]): TrafficRecord {
  return readings.reduce<TrafficRecord>((record, reading, second) => {
    const at = millis((second + 1) * 1_000);
    const blank = { old: [], next: [], share: 10, windowSeconds: WINDOW };
    return noteReading(record, { at, ...blank, ...reading });
  }, newRecord('d /web'));
}

function figures(record: TrafficRecord, now: number): Record<'old' | 'next', string> {
  const { old, next } = figuresAt(record, { now: millis(now), windowSeconds: WINDOW });
  return { old: `${old.requests}/${old.errors}`, next: `${next.requests}/${next.errors}` };
}

describe('what routers have counted for a rollout', () => {
  it('is what has come since it was looked at first', () => {
    const record = played(
      { old: [task('a', 700, 7)], next: [task('x', 50, 50)] },
      { old: [task('a', 800, 8)], next: [task('x', 60, 51)] },
      { old: [task('a', 950, 9)], next: [task('x', 65, 51)] },
    );
    expect(figures(record, 3_000)).to.deep.equal({ old: '250/2', next: '15/1' });
  });

  it('adds up the tasks of a version, each since it is known', () => {
    const record = played(
      { next: [task('x', 10)] },
      { next: [task('x', 20), task('y', 400, 400)] },
      { next: [task('x', 30), task('y', 405, 402)] },
    );
    expect(figures(record, 3_000).next).to.equal('25/2');
  });

  it('goes on where a router begins to count anew', () => {
    const record = played(
      { next: [task('x', 1_000, 3)] },
      { next: [task('x', 1_010, 4)] },
      { next: [task('x', 6, 1)] },
      { next: [task('x', 9, 1)] },
    );
    expect(figures(record, 4_000).next).to.equal('19/2');
  });

  it('knows a task that was away anew', () => {
    const record = played(
      { next: [task('x', 100)] },
      { next: [] },
      { next: [task('x', 900)] },
      { next: [task('x', 901)] },
    );
    expect(figures(record, 4_000).next).to.equal('1/0');
  });

  it('forgets what was longer ago than the window', () => {
    const record = played({ next: [task('x', 0)] }, { next: [task('x', 100)] });
    expect(figures(record, 61_999).next).to.equal('100/0');
    expect(figures(record, 62_000).next).to.equal('0/0');
  });

  it('leaves out what came to the new version before it was given a share', () => {
    const record = played(
      { next: [task('x', 0)], share: 0 },
      { next: [task('x', 500, 500)], share: 0 },
      { next: [task('x', 510, 500)], share: 10 },
    );
    expect(figures(record, 3_000).next).to.equal('10/0');
  });

  it('keeps what the old version had before the switch, to compare with', () => {
    const record = played(
      { old: [task('a', 0)], next: [task('x', 0)], share: 0 },
      { old: [task('a', 300, 3)], next: [task('x', 0)], share: 0 },
      { old: [task('a', 310, 9)], next: [task('x', 40, 20)], share: 100 },
    );
    expect(figures(record, 3_000)).to.deep.equal({ old: '300/3', next: '40/20' });
    expect(figures(record, 3_000_000).old).to.equal('300/3');
  });

  it('has figures again after there were none', () => {
    const record = { ...played({ next: [task('x', 1)] }), missing: 'no answer' };
    const reading = { at: millis(2_000), old: [], share: 10, windowSeconds: WINDOW };
    const next = noteReading(record, { ...reading, next: [task('x', 5)] });
    expect(next.missing).to.equal(undefined);
    expect(figures(next, 2_000).next).to.equal('4/0');
  });

  it('stays small however often it is read, and loses nothing within the window', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ after: fc.nat(900), requests: fc.nat(50) }), { maxLength: 400 }),
        (steps) => {
          let record = noteReading(newRecord('d /web'), {
            at: millis(0),
            old: [],
            next: [task('x', 0)],
            share: 10,
            windowSeconds: 3_600,
          });
          let [at, requests] = [0, 0];
          for (const step of steps) {
            at += step.after;
            requests += step.requests;
            record = noteReading(record, {
              at: millis(at),
              old: [],
              next: [task('x', requests)],
              share: 10,
              windowSeconds: 3_600,
            });
          }
          expect(record.samples.length).to.be.at.most(62);
          expect(
            figuresAt(record, { now: millis(at), windowSeconds: 3_600 }).next.requests,
          ).to.equal(requests);
        },
      ),
      { numRuns: 30 },
    );
  });
});
