import { expect } from 'chai';
import fc from 'fast-check';
import { contentOf, framedAgain, lastLines, splitFrames } from './log-frames.js';

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

/** Both streams apart, as the frames tell. */
function split(framed: Buffer): { readonly stdout: Buffer; readonly stderr: Buffer } {
  const { frames } = splitFrames(framed);
  const of = (isStderr: boolean): Buffer =>
    Buffer.concat(frames.filter((one) => one.isStderr === isStderr).map((one) => one.content));
  return { stdout: of(false), stderr: of(true) };
}

describe('Framed output', () => {
  it('is taken apart into both streams, whatever the frames', () => {
    fc.assert(
      fc.property(pieces, (all) => {
        const { stdout, stderr } = split(Buffer.concat(all.map(frame)));
        expect(stdout.equals(joined(all, 1))).to.equal(true);
        expect(stderr.equals(joined(all, 2))).to.equal(true);
      }),
    );
  });

  it('counts as far as it goes when it is cut off', () => {
    fc.assert(
      fc.property(pieces, fc.nat(), (all, cut) => {
        const whole = Buffer.concat(all.map(frame));
        const { stdout, stderr } = split(whole.subarray(0, cut % (whole.length + 1)));
        expect(joined(all, 1).subarray(0, stdout.length).equals(stdout)).to.equal(true);
        expect(joined(all, 2).subarray(0, stderr.length).equals(stderr)).to.equal(true);
      }),
    );
  });

  it('keeps its messages, however it is framed again', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array()), (contents) => {
        const { frames } = splitFrames(
          Buffer.concat(contents.map((c) => framedAgain(Buffer.from(c)))),
        );
        expect(frames.map(({ content }) => [...content])).to.deep.equal(
          contents.map((c) => [...c]),
        );
      }),
    );
  });

  const raw = ['hello\r\n', '{"level":"info"}\r\n', 'x', '\u001b[31mred\u001b[0m long enough\r\n'];
  for (const text of raw) {
    it(`has no frames when it comes from a terminal: ${JSON.stringify(text)}`, () => {
      expect(splitFrames(Buffer.from(text))).to.deep.equal({ isFramed: false, frames: [] });
    });
  }
});

describe('the content of a framed stream', () => {
  const frame = (text: string, stream = 1): Buffer => {
    const header = Buffer.alloc(8);
    header[0] = stream;
    header.writeUInt32BE(text.length, 4);
    return Buffer.concat([header, Buffer.from(text)]);
  };

  async function content(bytes: Buffer, size: number): Promise<string> {
    async function* cut(): AsyncGenerator<Uint8Array> {
      await Promise.resolve();
      for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
    }
    const parts: Uint8Array[] = [];
    for await (const part of contentOf(cut())) parts.push(part);
    return Buffer.concat(parts).toString('utf8');
  }

  for (const size of [4, 5, 9, 13, 1_000]) {
    it(`is found however the stream is cut, here every ${size} bytes`, async () => {
      const framed = Buffer.concat([frame('one\n'), frame('', 1), frame('two and three\n')]);
      expect(await content(framed, size)).to.equal('one\ntwo and three\n');
    });
  }

  it('of a terminal is the stream itself', async () => {
    expect(await content(Buffer.from('plain text\r\n'), 5)).to.equal('plain text\r\n');
  });

  it('can be cut to its last lines', () => {
    const text = Buffer.from('a\nb\nc\n');
    expect(lastLines(text, 2).toString()).to.equal('b\nc\n');
    expect(lastLines(text, 9).toString()).to.equal('a\nb\nc\n');
    expect(lastLines(text, 0).toString()).to.equal('');
    expect(lastLines(Buffer.from('a\nb'), 1).toString()).to.equal('b');
  });
});
