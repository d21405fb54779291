import { expect } from 'chai';
import type { Case, Sample } from './benchmark.js';
import { measureCase } from './measure-case.js';

interface Script {
  readonly reference: readonly number[];
  readonly subject?: readonly number[];
}

/** Sides that give these values in turn, the last one for ever; writes down who ran. */
function scripted({ reference, subject = [1] }: Script): { one: Case; ran: string[] } {
  const ran: string[] = [];
  const side = (letter: string, values: readonly number[]): Case['reference'] => {
    let runs = 0;
    return {
      about: letter,
      run: () => {
        ran.push(letter);
        const time = values[Math.min(runs, values.length - 1)] ?? 0;
        runs += 1;
        return Promise.resolve({ measures: { time }, cpuSeconds: 0 });
      },
    };
  };
  const one: Case = {
    name: 'case',
    reference: side('R', reference),
    subject: side('S', subject),
    rows: [{ measure: 'time', config: 'any', unit: 's', goal: 'bootEmpty' }],
  };
  return { one, ran };
}

const times = (samples: readonly Sample[]): unknown[] =>
  samples.map(({ measures }) => measures['time']);
const quiet = { rounds: 5, say: () => undefined };

describe('measuring a case', () => {
  it('runs reference and subject in turn, after a warm-up that does not count', async () => {
    const { one, ran } = scripted({ reference: [100, 1], subject: [200, 2] });
    const measured = await measureCase(one, quiet);
    expect(ran.join('')).to.equal('RS'.repeat(6));
    expect(times(measured.reference)).to.deep.equal([1, 1, 1, 1, 1]);
    expect(times(measured.subject)).to.deep.equal([2, 2, 2, 2, 2]);
    expect(measured.doubts).to.deep.equal([]);
  });

  it('runs all rounds again when the reference varies too much', async () => {
    const { one } = scripted({ reference: [1, 1, 9, 1, 9, 5, 3] });
    const measured = await measureCase(one, quiet);
    expect(measured.attempts).to.equal(2);
    expect(times(measured.reference)).to.deep.equal([3, 3, 3, 3, 3]);
    expect(measured.doubts).to.deep.equal([]);
  });

  it('stops after three attempts, keeps the steadiest and says not to believe it', async () => {
    const wild = [1, 9, 1, 9, 5];
    const milder = [2, 3, 2, 3, 4];
    const { one, ran } = scripted({ reference: [1, ...wild, ...milder, ...wild] });
    const measured = await measureCase(one, quiet);
    expect(ran.length).to.equal(2 * (1 + 15));
    expect(times(measured.reference)).to.deep.equal(milder);
    expect(measured.doubts).to.deep.equal(['the reference varied by 33 % in every attempt']);
  });

  it('lets the subject vary as it likes', async () => {
    const { one } = scripted({ reference: [1], subject: [1, 9, 1, 9, 1, 9] });
    expect((await measureCase(one, quiet)).attempts).to.equal(1);
  });

  it('doubts fewer than five rounds', async () => {
    const { one } = scripted({ reference: [1] });
    const measured = await measureCase(one, { ...quiet, rounds: 2 });
    expect(measured.doubts).to.deep.equal(['2 rounds, fewer than 5']);
  });

  it('tells every round as it ends', async () => {
    const { one } = scripted({ reference: [1.23456], subject: [2] });
    const told: string[] = [];
    await measureCase(one, { rounds: 1, say: (line) => told.push(line) });
    expect(told).to.deep.equal([
      'case, warm-up: reference time 1.23 s; subject time 2 s',
      'case, round 1/1: reference time 1.23 s; subject time 2 s',
    ]);
  });
});
