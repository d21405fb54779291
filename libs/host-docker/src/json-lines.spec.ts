import { expect } from 'chai';
import fc from 'fast-check';
import { Readable } from 'node:stream';
import { jsonLines } from './json-lines.js';

async function read(chunks: readonly Uint8Array[]): Promise<readonly object[]> {
  const found: object[] = [];
  for await (const value of jsonLines(Readable.from(chunks))) found.push(value);
  return found;
}

describe('Lines of JSON', () => {
  it('do not depend on where the chunks end, characters of several bytes included', async () => {
    const anything = fc.array(fc.record({ text: fc.string({ unit: 'binary' }), n: fc.integer() }));
    await fc.assert(
      fc.asyncProperty(anything, fc.integer({ min: 1, max: 9 }), async (values, size) => {
        const bytes = Buffer.from(values.map((value) => `${JSON.stringify(value)}\n`).join(''));
        const count = Math.ceil(bytes.length / size);
        const chunks = Array.from({ length: count }, (_, at) => {
          return bytes.subarray(at * size, (at + 1) * size);
        });
        expect(await read(chunks)).to.deep.equal(values);
      }),
    );
  });

  it('pass over what is no object', async () => {
    const text = 'nonsense\n\n12\nnull\n"text"\n{"a":1}\r\n{"b":\n';
    expect(await read([Buffer.from(text)])).to.deep.equal([{ a: 1 }]);
  });

  it('need no line end at the very end', async () => {
    expect(await read([Buffer.from('{"a":1}\n{"b":2}')])).to.deep.equal([{ a: 1 }, { b: 2 }]);
  });

  it('break off at a line without end', async () => {
    const chunk = Buffer.alloc(100_000, 'x');
    let given = 0;
    function* endless(): Generator<Buffer> {
      for (; given < 1_000; given += 1) yield chunk;
    }
    const stream = Readable.from(endless());
    const outcome = await jsonLines(stream)
      .next()
      .catch((error: unknown) => (error instanceof Error ? error.message : ''));
    expect(outcome).to.equal('a line without end');
    expect(given).to.be.lessThan(50);
    expect(stream.destroyed).to.equal(true);
  });

  it('throw when the stream breaks', async () => {
    const stream = new Readable({ read: () => undefined });
    const next = jsonLines(stream).next();
    stream.destroy(new Error('reset'));
    const outcome = await next.catch((error: unknown) =>
      error instanceof Error ? error.message : '',
    );
    expect(outcome).to.equal('reset');
  });
});
