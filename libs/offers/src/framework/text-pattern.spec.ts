import { expect } from 'chai';
import fc from 'fast-check';

import { compilePattern, type TextPattern } from './text-pattern.js';

function pattern(source: string): TextPattern {
  const compiled = compilePattern(source);
  if (!compiled.ok) throw new Error(`${source}: ${compiled.error.rule}`);
  return compiled.value;
}

function mistake(source: string): string {
  const compiled = compilePattern(source);
  if (compiled.ok) return 'none';
  const { kind, position, rule } = compiled.error;
  return kind === 'syntax' ? `${position}: ${rule}` : kind;
}

/** Patterns of the subset, in the words that JavaScript reads too. */
const SOURCES: fc.Arbitrary<string> = fc.letrec<{ pattern: string; atom: string }>((tie) => ({
  atom: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom('a', 'b', 'B', '-', 'é', '😀', '\\.', '\\x41', '\\n', '.', '^', '$', '\\b'),
    fc.constantFrom(
      '[ab]',
      '[^a]',
      '[a-c-]',
      '[\\d_]',
      '[^\\w]',
      '\\d',
      '\\D',
      '\\w',
      '\\W',
      '\\s',
    ),
    tie('pattern').map((inner) => `(${inner})`),
    tie('pattern').map((inner) => `(?:${inner})`),
    fc
      .tuple(tie('pattern'), fc.constantFrom('*', '+', '?', '{2}', '{1,}', '{0,2}', '{1,3}'))
      .chain(([inner, times]) => fc.constantFrom(`(?:${inner})${times}`, `(${inner})${times}?`)),
  ),
  pattern: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    tie('atom'),
    fc.tuple(tie('atom'), tie('pattern')).map(([first, rest]) => `${first}${rest}`),
    fc.tuple(tie('pattern'), tie('pattern')).map(([one, other]) => `${one}|${other}`),
    fc.constant(''),
  ),
})).pattern;

const TEXTS = fc
  .array(fc.constantFrom('a', 'b', 'A', 'B', 'c', '-', '_', '7', ' ', '\n', '.', 'é', 'É', '😀'), {
    maxLength: 6,
  })
  .map((chars) => chars.join(''));

describe('a text pattern', () => {
  it('matches what the regular expression of the language matches', () => {
    fc.assert(
      fc.property(
        SOURCES,
        fc.boolean(),
        fc.array(TEXTS, { minLength: 5 }),
        (source, fold, texts) => {
          const compiled = compilePattern(fold ? `(?i)${source}` : source);
          if (!compiled.ok) {
            expect(compiled.error.kind).to.be.oneOf(['tooComplex', 'tooLarge']);
            return;
          }
          const theirs = new RegExp(`^(?:${source})$`, fold ? 'iu' : 'u');
          for (const text of texts) {
            expect(compiled.value.matches(text), text).to.equal(theirs.test(text));
          }
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('never throws, whatever the source', () => {
    const alphabet = fc.constantFrom(...Array.from('ab(){}[]|*+?^$.\\-:!<=,19diPxw😀'));
    fc.assert(
      fc.property(fc.array(alphabet, { maxLength: 20 }), TEXTS, (chars, text) => {
        const compiled = compilePattern(chars.join(''));
        if (compiled.ok) expect(compiled.value.matches(text)).to.be.oneOf([true, false]);
        else expect(compiled.error.position).to.be.within(0, chars.join('').length);
      }),
      { numRuns: 2_000 },
    );
  });

  it('is refused when it grows too much (CON-08)', () => {
    expect(mistake('(a+){10}')).to.equal('none');
    expect(mistake('(a+){50}')).to.equal('tooComplex');
    expect(mistake('(a+){500}')).to.equal('tooLarge');
    expect(mistake('((((a{1000}){1000}){1000}){1000}){1000}')).to.equal('tooLarge');
    expect(mistake('a'.repeat(5_000))).to.equal('tooLarge');
    expect(mistake(`[${'a-bc-d'.repeat(500)}]`)).to.equal('tooLarge');
    expect(pattern('((((){1000}){1000}){1000}){1000}').matches('')).to.equal(true);
  });

  it('takes time in proportion to the text, also where backtracking would not end', () => {
    const text = 'a'.repeat(20_000);
    expect(pattern('(a*)*b').matches(text)).to.equal(false);
    expect(pattern('(a|a)*').matches(text)).to.equal(true);
    expect(pattern('(?:a?){30}a{20}').matches('a'.repeat(20))).to.equal(true);
  });

  it('reads what RE2 reads: flags, escapes, brackets and braces that stand for themselves', () => {
    const cases: readonly (readonly [string, string, boolean])[] = [
      ['(?i)rack-[a-c]', 'RACK-B', true],
      ['(?i:A)b', 'ab', true],
      ['(?i:A)b', 'aB', false],
      ['a(?i)b|c', 'C', true],
      ['(a(?i)b)c', 'aBc', true],
      ['(a(?i)b)c', 'aBC', false],
      ['(?i)[^a]', 'A', false],
      ['.', '\n', false],
      ['(?s).', '\n', true],
      ['(?P<host>h)\\d+', 'h12', true],
      ['(?<host>h)', 'h', true],
      ['[]a]', ']', true],
      ['[^]a]', 'b', true],
      ['a{,2}', 'a{,2}', true],
      ['a{1', 'a{1', true],
      ['}]', '}]', true],
      ['\\x{1F600}', '😀', true],
      ['\\Aab\\z', 'ab', true],
      ['\\s', '\v', false],
      ['a|', '', true],
      ['', '', true],
      ['', 'a', false],
    ];
    for (const [source, text, expected] of cases) {
      expect(pattern(source).matches(text), `${source} on ${text}`).to.equal(expected);
    }
  });

  it('says what is wrong with it, and where', () => {
    const cases: readonly (readonly [string, string])[] = [
      ['ab)', '2: there is no group to close'],
      ['a(b', '1: the group is not closed'],
      ['a[b', '1: the class is not closed'],
      ['*a', '0: there is nothing to repeat'],
      ['a**', '2: a repetition is repeated: group it'],
      ['a++', '2: a repetition is repeated: group it'],
      ['a{2}{3}', '4: a repetition is repeated: group it'],
      ['a{1001}', '1: nothing is repeated more than 1000 times'],
      ['a{3,2}', '1: a repetition ends before it begins'],
      ['(a)\\1', '3: there are no backreferences'],
      ['a(?=b)', '1: there is no lookahead or lookbehind'],
      ['(?<!a)b', '0: there is no lookahead or lookbehind'],
      ['(?m)a', '0: no such group: (?:, (?i), (?s)'],
      ['\\pL', '0: there is no such escape'],
      ['\\x{110000}', '0: there is no such character'],
      ['[[:alpha:]]', '1: there are no named classes: write [A-Za-z]'],
      ['[z-a]', '1: a range goes from a character to a later one'],
      ['[\\d-a]', '1: a range is from character to character'],
      ['[a-\\d]', '1: a range goes from a character to a later one'],
      ['a\\', '2: the pattern ends too early'],
      ['('.repeat(101), '100: groups nest at most 100 deep'],
    ];
    for (const [source, expected] of cases) expect(mistake(source), source).to.equal(expected);
  });
});
