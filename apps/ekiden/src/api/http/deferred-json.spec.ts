import { expect } from 'chai';
import fc from 'fast-check';
import { DeferredJson, PieceJoiner, joinedText, piecesOf } from './deferred-json.js';

function textOf(value: unknown): string {
  const joiner = new PieceJoiner(false);
  for (const piece of piecesOf(value)) joiner.add(piece);
  return joiner.texts.join('');
}

interface Both {
  readonly plain: unknown;
  /** The same with some elements deferred. */
  readonly parts: unknown;
}

const run: fc.Arbitrary<readonly unknown[]> = fc.array(fc.jsonValue({ maxDepth: 1 }), {
  maxLength: 3,
});

const elements = (node: fc.Arbitrary<Both>): fc.Arbitrary<Both> =>
  fc
    .array(
      fc.oneof(
        node.map(({ plain, parts }) => ({ plain: [plain], part: parts })),
        run.map((plain) => ({
          plain,
          part: new DeferredJson(() => JSON.stringify(plain).slice(1, -1)),
        })),
      ),
      { maxLength: 5 },
    )
    .map((each) => ({
      plain: each.flatMap(({ plain }) => plain),
      parts: each.map(({ part }) => part),
    }));

const both = fc.letrec<{ readonly node: Both }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 4 },
    fc.jsonValue({ maxDepth: 1 }).map((plain) => ({ plain, parts: plain })),
    elements(tie('node')),
    fc.dictionary(fc.string(), tie('node'), { maxKeys: 4 }).map((nodes) => ({
      plain: Object.fromEntries(Object.entries(nodes).map(([key, { plain }]) => [key, plain])),
      parts: Object.fromEntries(Object.entries(nodes).map(([key, { parts }]) => [key, parts])),
    })),
  ),
})).node;

describe('deferred JSON', () => {
  it('gives the text that JSON.stringify gives of the whole value', () => {
    fc.assert(
      fc.property(both, ({ plain, parts }) => {
        expect(textOf(parts)).to.equal(JSON.stringify(plain));
      }),
    );
  });

  it('gives that text of long lists too, and makes them in parts', () => {
    const long = fc.array(fc.jsonValue({ maxDepth: 2 }), {
      minLength: 101,
      maxLength: 250,
      size: 'max',
    });
    const lists = fc.record({ long, nested: fc.array(fc.record({ long }), { maxLength: 2 }) });
    fc.assert(
      fc.property(lists, (value) => {
        expect(textOf(value)).to.equal(JSON.stringify(value));
        expect(piecesOf(value).filter((piece) => piece instanceof DeferredJson).length).to.be.above(
          1,
        );
      }),
      { numRuns: 30 },
    );
  });

  it('keeps what is deferred inside a long list', () => {
    const value = Array.from({ length: 150 }, (_, n) => ({
      of: [new DeferredJson(() => `${n}`)],
    }));
    const plain = Array.from({ length: 150 }, (_, n) => ({ of: [n] }));
    expect(textOf(value)).to.equal(JSON.stringify(plain));
  });

  it('leaves out keys without a value, as JSON.stringify does', () => {
    const value = { a: undefined, b: [undefined, 1], c: {} };
    expect(textOf(value)).to.equal(JSON.stringify(value));
  });

  it('stands for several elements of a list', () => {
    expect(textOf({ list: [0, new DeferredJson(() => '1,2'), 3] })).to.equal('{"list":[0,1,2,3]}');
  });

  it('makes nothing before it is needed', () => {
    let made = 0;
    const pieces = piecesOf([new DeferredJson(() => `${(made += 1)}`), 'x']);
    expect(made).to.equal(0);
    expect(pieces.length).to.equal(4);
  });

  it('joins the keys of two objects', () => {
    const object = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 1 }), { maxKeys: 3 });
    fc.assert(
      fc.property(object, object, (one, added) => {
        const other = Object.fromEntries(Object.entries(added).map(([k, v]) => [`other ${k}`, v]));
        const before = Object.fromEntries(Object.entries(one).map(([k, v]) => [`one ${k}`, v]));
        const joined = joinedText(JSON.stringify(before), other);
        expect(joined).to.equal(JSON.stringify({ ...before, ...other }));
      }),
    );
  });
});
