import { expect } from 'chai';
import { readWish } from './options.js';

const KNOWN = ['boot', 'durable'];
const read = (line: string) => readWish(line.split(' ').filter(Boolean), KNOWN);

const refusals: readonly (readonly [string, string])[] = [
  ['', 'name a benchmark, or see --list'],
  ['durabel', 'there is no benchmark "durabel"; did you mean "durable"?'],
  ['xyzzyplugh', 'there is no benchmark "xyzzyplugh"; there are boot, durable'],
  ['boot --rounds 0', '--rounds 0: a whole number from 1 to 100'],
  ['boot --rounds 2.5', '--rounds 2.5: a whole number from 1 to 100'],
  ['boot --rounds many', '--rounds many: a whole number from 1 to 100'],
];

describe('the command line of the benchmarks', () => {
  it('names what to run, once each', () => {
    expect(read('boot durable boot --rounds 7 --json out.json --long')).to.deep.equal({
      kind: 'run',
      options: {
        names: ['boot', 'durable'],
        rounds: 7,
        json: 'out.json',
        profile: undefined,
        only: undefined,
        long: true,
        quick: false,
        strict: false,
      },
    });
  });

  it('takes single cases and small sizes', () => {
    const wish = read('boot --only 9c --quick');
    expect(wish).to.deep.nested.include({ 'options.only': '9c', 'options.quick': true });
  });

  for (const kind of ['help', 'list'] as const) {
    it(`--${kind} needs no name`, () => {
      expect(read(`--${kind}`)).to.deep.equal({ kind });
    });
  }

  for (const [line, problem] of refusals) {
    it(`refuses "${line}" and says what would do`, () => {
      expect(read(line)).to.deep.equal({ kind: 'refused', problems: [problem] });
    });
  }

  it('refuses an option nobody knows', () => {
    expect(read('boot --turbo').kind).to.equal('refused');
  });

  it('tells every unknown name at once', () => {
    const wish = read('bot durabl');
    expect(wish.kind === 'refused' ? wish.problems.length : 0).to.equal(2);
  });
});
