import { expect } from 'chai';
import fc from 'fast-check';
import { splitFrames } from './log-frames.js';

interface Piece {
  readonly stream: 1 | 2;
  readonly content: Uint8Array;
}

function frame({ stream, content }: Piece): Buffer {
  const header = Buffer.alloc(8);
  header[0] = stream;
  header.writeUInt32BE(content.length, 4);
  return Buffer.concat([header, content]);
}

const pieces = fc.array(
  fc.record({ stream: fc.constantFrom(1 as const, 2 as const), content: fc.uint8Array() }),
);

function joined(all: readonly Piece[], stream: 1 | 2): Buffer {
  return Buffer.concat(
    all.filter((piece) => piece.stream === stream).map(({ content }) => content),
  );
}

describe('Framed output', () => {
  it('is taken apart into both streams, whatever the frames', () => {
    fc.assert(
      fc.property(pieces, (all) => {
        const { stdout, stderr } = splitFrames(Buffer.concat(all.map(frame)));
        expect(stdout.equals(joined(all, 1))).to.equal(true);
        expect(stderr.equals(joined(all, 2))).to.equal(true);
      }),
    );
  });

  it('counts as far as it goes when it is cut off', () => {
    fc.assert(
      fc.property(pieces, fc.nat(), (all, cut) => {
        const whole = Buffer.concat(all.map(frame));
        const { stdout, stderr } = splitFrames(whole.subarray(0, cut % (whole.length + 1)));
        expect(joined(all, 1).subarray(0, stdout.length).equals(stdout)).to.equal(true);
        expect(joined(all, 2).subarray(0, stderr.length).equals(stderr)).to.equal(true);
      }),
    );
  });

  const raw = ['hello\r\n', '{"level":"info"}\r\n', 'x', '\u001b[31mred\u001b[0m long enough\r\n'];
  for (const text of raw) {
    it(`is taken as it is when it comes from a terminal: ${JSON.stringify(text)}`, () => {
      const { stdout, stderr } = splitFrames(Buffer.from(text));
      expect([stdout.toString(), stderr.length]).to.deep.equal([text, 0]);
    });
  }
});
