import { expect } from 'chai';
import fc from 'fast-check';
import { runSteps } from '@ekiden/kernel';

import {
  ArrayWriter,
  fromSafeJson,
  fromSafeText,
  isLongJson,
  JsonTexts,
  toSafeJson,
  toSafeText,
  type Element,
  type ElementType,
} from './index.js';

const anyText = fc.string({
  unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)),
});
const NUL = String.fromCharCode(0);

describe('safe text', () => {
  it('leaves ordinary text alone', () => {
    expect(toSafeText('plain \u{1F3C3} text')).to.equal('plain \u{1F3C3} text');
  });

  it('escapes NUL, lone surrogates and its own mark', () => {
    expect(toSafeText(`a${NUL}b`)).to.equal('a\uF8FE0000b');
    expect(toSafeText('\uD800x')).to.equal('\uF8FEd800x');
    expect(toSafeText('x\uDC01')).to.equal('x\uF8FEdc01');
    expect(toSafeText('\uF8FE')).to.equal('\uF8FEf8fe');
  });

  it('brings every string back', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const safe = toSafeText(text);
        expect(safe.includes(NUL)).to.equal(false);
        expect(Buffer.from(safe, 'utf8').toString('utf8')).to.equal(safe);
        expect(fromSafeText(safe)).to.equal(text);
      }),
    );
  });

  it('brings every JSON value back and writes no escape that jsonb refuses', () => {
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        anyText,
        fc.integer(),
        fc.boolean(),
        fc.constant(null),
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(anyText, tie('value'), { maxKeys: 4, noNullPrototype: true }),
      ),
    }));
    fc.assert(
      fc.property(value, (input) => {
        const json = toSafeJson(input) ?? '';
        expect(/(?<!\\)(\\\\)*\\u(0000|d[89a-f])/.test(json)).to.equal(false);
        expect(fromSafeJson(json)).to.deep.equal(input);
      }),
    );
  });

  it('has no JSON for undefined', () => {
    expect(toSafeJson(undefined)).to.equal(undefined);
  });
});

describe('JSON in parts', () => {
  const long = fc.array(fc.jsonValue({ maxDepth: 2 }), {
    minLength: 51,
    maxLength: 160,
    size: 'max',
  });
  const anyLong = fc.record({
    id: fc.string({ unit: 'binary' }),
    nothing: fc.constant(undefined),
    steps: fc.array(fc.oneof(long, fc.record({ actions: long })), { maxLength: 3 }),
    some: fc.jsonValue(),
  });

  it('is the text it has in one piece, for any value with long arrays', () => {
    fc.assert(
      fc.property(anyLong, (value) => {
        expect(String(new JsonTexts(value))).to.equal(toSafeJson(value));
      }),
      { numRuns: 50 },
    );
  });

  it('is written as the same bytes', () => {
    const value = {
      plan: { steps: [{ actions: Array.from({ length: 9_000 }, (_, n) => `ü${n}`) }] },
    };
    const whole = arrayOf('jsonb', ['null', toSafeJson(value) ?? null, 'null']);
    expect(arrayOf('jsonb', ['null', new JsonTexts(value), 'null']).equals(whole)).to.equal(true);
  });

  it('is for long arrays only', () => {
    expect(isLongJson({ a: [1, 2, { b: 'c'.repeat(9_000) }] })).to.equal(false);
    expect(isLongJson({ a: { b: [Array.from({ length: 51 }, () => 1)] } })).to.equal(true);
  });
});

function arrayOf(
  type: ElementType,
  elements: readonly Element[],
  writer = new ArrayWriter(),
): Buffer {
  return runSteps(writer.array(type, { count: elements.length, at: (n) => elements[n] ?? null }));
}

describe('an array in binary form', () => {
  const hex = (type: ElementType, ...elements: Element[]): string =>
    arrayOf(type, elements).toString('hex').replaceAll(/.{8}/g, '$& ').trim();

  it('has a header, and a length before each element', () => {
    const header = '00000001 00000001 00000019 00000003 00000001';
    expect(hex('text', 'ab', null, 'ü')).to.equal(`${header} 00000002 6162ffff ffff0000 0002c3bc`);
  });

  it('is a header without dimensions when it is empty', () => {
    expect(hex('jsonb')).to.equal('00000000 00000001 00000eda');
  });

  it('keeps arrays that were written before it', () => {
    const writer = new ArrayWriter();
    const texts = Array.from({ length: 200 }, (_, n) => 'ä'.repeat(n * 100));
    const written = texts.map((text) => arrayOf('text', [text], writer));
    const alone = texts.map((text) => arrayOf('text', [text]));
    expect(written.map((array) => array.toString('hex'))).to.deep.equal(
      alone.map((array) => array.toString('hex')),
    );
  });

  it('crashes on a number that no double holds exactly', () => {
    expect(() => hex('bigint', 2 ** 53)).to.throw('safe integer');
    expect(() => hex('timestamptz', Number.NaN)).to.throw('safe integer');
    expect(() => hex('text', 1)).to.throw('a number in an array of text');
  });
});
