import { expect } from 'chai';
import fc from 'fast-check';
import { decodeFrames, encodeFrame, type Frame } from './session-frames.js';

/** The first part comes before the connection is theirs. */
async function decoded([head, ...parts]: readonly Buffer[]): Promise<Frame[]> {
  async function* bytes(): AsyncGenerator<Buffer> {
    await Promise.resolve();
    yield* parts;
  }
  const frames: Frame[] = [];
  for await (const frame of decodeFrames(bytes(), head)) frames.push(frame);
  return frames;
}

const anyFrame = fc.record({ kind: fc.nat(255), content: fc.uint8Array() });

describe('Frames of a session', () => {
  it('come as they were sent, however the bytes are cut', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyFrame), fc.integer({ min: 1, max: 9 }), async (sent, size) => {
        const whole = Buffer.concat(sent.map(({ kind, content }) => encodeFrame(kind, content)));
        const parts: Buffer[] = [];
        for (let at = 0; at < whole.length; at += size) parts.push(whole.subarray(at, at + size));
        const came = await decoded(parts);
        expect(came.map(({ kind, content }) => [kind, [...content]])).to.deep.equal(
          sent.map(({ kind, content }) => [kind, [...content]]),
        );
      }),
    );
  });

  it('that are cut off do not come', async () => {
    expect(await decoded([encodeFrame(1, Buffer.from('abc')).subarray(0, 7)])).to.deep.equal([]);
  });

  it('that claim to be huge end it, before they are waited for', async () => {
    const outcome = await decoded([Buffer.from([1, 0xff, 0xff, 0xff, 0xff])]).catch(String);
    expect(outcome).to.contain('at most');
  });
});
