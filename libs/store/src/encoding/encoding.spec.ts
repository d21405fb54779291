import { expect } from 'chai';
import fc from 'fast-check';

import {
  arrayLiteral,
  fromSafeJson,
  fromSafeText,
  jsonArrayLiteral,
  toSafeJson,
  toSafeText,
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

describe('an array literal', () => {
  it('quotes every element and tells NULL from the text NULL', () => {
    expect(arrayLiteral(['a', null, 'NULL', 'b"c\\d', '', '{,}'])).to.equal(
      '{"a",NULL,"NULL","b\\"c\\\\d","","{,}"}',
    );
  });

  it('is empty without elements', () => {
    expect(arrayLiteral([])).to.equal('{}');
  });
});

describe('an array of JSON texts', () => {
  it('is quoted as any other array of texts', () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.jsonValue())), (values) => {
        const texts = values.map((value) => (value === null ? null : (toSafeJson(value) ?? null)));
        expect(jsonArrayLiteral(texts)).to.equal(arrayLiteral(texts));
      }),
    );
  });

  it('keeps control characters in their escaped form', () => {
    const json = toSafeJson({ text: `a\nb\t"c"\\` }) ?? '';
    expect(jsonArrayLiteral([json, null])).to.equal(arrayLiteral([json, null]));
  });
});
