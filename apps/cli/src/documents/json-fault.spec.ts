import { expect } from 'chai';
import fc from 'fast-check';
import { jsonFault } from './json-fault.js';

const cases: readonly (readonly [text: string, line: number, column: number, found?: string])[] = [
  ['{"id": }', 1, 8, '}'],
  ['{\n  "id": "a"\n  "cmd": "b"\n}', 3, 3, '"'],
  ['[1, 2,]', 1, 7, ']'],
  ['{"a": 1,}', 1, 9, '}'],
  ['{a: 1}', 1, 2, 'a'],
  ["{'a': 1}", 1, 2, "'"],
  ['{"a" 1}', 1, 6, '1'],
  ['{"a": 01}', 1, 7, '0'],
  ['{"a": tru}', 1, 7, 't'],
  ['"a\nb"', 1, 1, '"'],
  ['[1] x', 1, 5, 'x'],
  ['{"a": [1, {"b": 2}', 1, 19],
  ['', 1, 1],
];

describe('where a text stops being JSON', () => {
  for (const [text, line, column, found] of cases) {
    it(`is ${line}:${column} in ${JSON.stringify(text)}`, () => {
      expect(jsonFault(text)).to.deep.equal({ line, column, found });
    });
  }

  it('is the end of the text for all that is JSON', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(jsonFault(text).found).to.equal(undefined);
      }),
    );
  });

  it('is before the end for what JSON.parse refuses, unless something is missing there', () => {
    fc.assert(
      fc.property(fc.json(), fc.nat(), fc.constantFrom('}', ']', ',', '!'), (text, at, wrong) => {
        const place = at % (text.length + 1);
        const broken = text.slice(0, place) + wrong + text.slice(place);
        try {
          JSON.parse(broken);
        } catch {
          const { line, column } = jsonFault(broken);
          expect(line).to.be.greaterThan(0);
          expect(column - 1).to.be.at.most(broken.length);
        }
      }),
    );
  });
});
