import { expect } from 'chai';
import fc from 'fast-check';

import { splitLines, type SplitLine } from './split-lines.js';

async function* chunks(...texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield await Promise.resolve(Buffer.from(text, 'latin1'));
}

async function lines(bytesMax: number, ...texts: readonly string[]): Promise<readonly string[]> {
  const found: SplitLine[] = [];
  for await (const line of splitLines(chunks(...texts), bytesMax)) found.push(line);
  return found.map((line) =>
    line.kind === 'text' ? `${line.number} ${line.text}` : `${line.number} too long`,
  );
}

describe('splitting lines', () => {
  it('numbers lines from 1, whatever ends them', async () => {
    expect(await lines(9, 'a\nb\r\n\nc')).to.deep.equal(['1 a', '2 b', '3 ', '4 c']);
    expect(await lines(9, 'a\n')).to.deep.equal(['1 a']);
    expect(await lines(9)).to.deep.equal([]);
  });

  it('passes over a line that is too long and goes on', async () => {
    expect(await lines(3, 'abc\nab', 'cd', 'efg\nxyz\nabcd')).to.deep.equal([
      '1 abc',
      '2 too long',
      '3 xyz',
      '4 too long',
    ]);
  });

  it('gives the same lines however the bytes are cut', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string(), fc.array(fc.nat(20)), async (word, cuts) => {
        const text = Buffer.from(`ä${word}\n\n€\r\n${word}`).toString('latin1');
        const pieces: string[] = [];
        let from = 0;
        for (const cut of cuts) {
          pieces.push(text.slice(from, from + cut));
          from += cut;
        }
        pieces.push(text.slice(from));
        expect(await lines(1000, ...pieces)).to.deep.equal(await lines(1000, text));
      }),
    );
  });
});
