import { expect } from 'chai';
import type { Case, RowPlan, Sample } from '../benchmark.js';
import { rowsOf } from './rows.js';
import { tableOf } from './table.js';

const TIME: RowPlan = { measure: 'time', config: 'empty', unit: 's', goal: 'bootEmpty' };

function caseWith(...rows: readonly RowPlan[]): Case {
  const side = { about: '', run: () => Promise.reject(new Error('not run here')) };
  return { name: 'case', reference: side, subject: side, rows };
}

function samples(measure: string, ...values: readonly number[]): readonly Sample[] {
  return values.map((value) => ({ measures: { [measure]: value }, cpuSeconds: value / 2 }));
}

function measured(reference: readonly Sample[], subject: readonly Sample[], doubt?: string) {
  return { reference, subject, attempts: 1, doubts: doubt === undefined ? [] : [doubt] };
}

describe('rows of the outcome', () => {
  it('compare medians and hold them against the goal', () => {
    const both = measured(samples('time', 1, 2, 3), samples('time', 3, 3, 9));
    const [row] = rowsOf('boot', caseWith(TIME), both);
    expect(row).to.deep.include({
      benchmark: 'boot',
      goal: '9a',
      config: 'empty',
      value: 3,
      unit: 's',
      reference: 2,
      ratio: 1.5,
      bar: 'ratio <= 2',
      aim: 'ratio <= 1.3',
      meetsBar: true,
      meetsAim: false,
      rounds: 3,
      cpuSeconds: 1.5,
      referenceCpuSeconds: 1,
      valid: true,
    });
  });

  it('have no ratio where the reference measures nothing of the kind', () => {
    const both = measured(samples('other', 1), samples('time', 3));
    const [row] = rowsOf('boot', caseWith(TIME), both);
    expect(row).to.deep.include({ reference: null, ratio: null, meetsBar: null });
  });

  it('without a goal are information', () => {
    const { goal: _goal, ...plain } = TIME;
    const [row] = rowsOf('boot', caseWith(plain), measured(samples('time', 1), samples('time', 1)));
    expect(row).to.deep.include({ goal: null, bar: null, aim: null, meetsBar: null, ratio: 1 });
  });

  it('of a measure that nobody takes are a mistake', () => {
    const both = measured(samples('other', 1), samples('other', 1));
    expect(() => rowsOf('boot', caseWith(TIME), both)).to.throw('does not measure "time"');
  });

  it('become a table that says what is met, what is missed and what to doubt', () => {
    const slow = measured(samples('time', 1), samples('time', 4), '1 rounds, fewer than 5');
    const lines = tableOf(rowsOf('boot', caseWith(TIME), slow));
    expect(lines[2]).to.match(/^9a +empty +4 s +1 s +4.00 +0 % \/ 0 % +2.00 \/ 0.50 s +MISSES/);
    expect(lines.at(-1)).to.equal('NOT VALID: 1 rounds, fewer than 5');
  });
});
