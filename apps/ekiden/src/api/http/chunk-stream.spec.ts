import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import { ChunkStream } from './chunk-stream.js';
import { ChunkedJson } from './chunked-json.js';
import { DeferredJson, type JsonPiece } from './deferred-json.js';
import { WorkQueue } from './work-queue.js';

const PIECE = 'ü'.repeat(50_000);

function bodyOf(count: number, left: number): { body: ChunkedJson; made: () => number } {
  let made = 0;
  const pieces = Array.from({ length: count }, (_, n): JsonPiece => {
    if (n % 2 === 0) return { text: `${n} `, follows: false, comma: false };
    return new DeferredJson(() => `${(made += 1) > 0 ? PIECE : ''}${n} `);
  });
  return { body: new ChunkedJson(pieces, { left }), made: () => made };
}

const expected = (count: number): string =>
  Array.from({ length: count }, (_, n) => (n % 2 === 0 ? `${n} ` : `${PIECE}${n} `)).join('');

async function read(stream: ChunkStream): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

describe('streaming a body in chunks', () => {
  it('gives every reader the whole of it, making what is kept once', async () => {
    const { body, made } = bodyOf(40, 100_000_000);
    const queue = new WorkQueue();
    const readers = [1, 2, 3].map(() => read(new ChunkStream(body, queue)));
    for (const text of await Promise.all(readers)) expect(text).to.equal(expected(40));
    expect(made()).to.equal(20);
    expect(body.whole(10_000_000)?.toString()).to.equal(expected(40));
  });

  it('keeps no more than the budget allows, and makes the rest again', async () => {
    const budget = 400_000;
    const { body, made } = bodyOf(40, budget);
    const queue = new WorkQueue();
    expect(await read(new ChunkStream(body, queue))).to.equal(expected(40));
    expect(await read(new ChunkStream(body, queue))).to.equal(expected(40));
    expect(made()).to.be.within(25, 39);
    expect(body.whole(10_000_000)).to.equal(undefined);
  });

  it('goes on with a body that was retired meanwhile', async () => {
    const { body } = bodyOf(40, 100_000_000);
    const stream = new ChunkStream(body, new WorkQueue());
    const reading = read(stream);
    await delay(1);
    body.retire();
    expect(await reading).to.equal(expected(40));
  });

  it('makes at most a chunk or two for a reader who takes nothing, and lets go of it', async () => {
    const { body, made } = bodyOf(400, 0);
    const stream = new ChunkStream(body, new WorkQueue(), 20);
    const closed = new Promise((resolve) => stream.once('close', resolve));
    stream.read(0);
    await closed;
    expect(made()).to.be.below(10);
    expect(stream.destroyed).to.equal(true);
  });

  it('ends the stream with an error when a piece cannot be made', async () => {
    const fail = (): string => {
      throw new Error('no such row');
    };
    const stream = new ChunkStream(
      new ChunkedJson([new DeferredJson(fail)], { left: 0 }),
      new WorkQueue(),
    );
    const outcome = await read(stream).catch((error: unknown) => String(error));
    expect(outcome).to.equal('Error: no such row');
  });

  it('lets the event loop in between two chunks of however many readers', async () => {
    const queue = new WorkQueue();
    let worked = 0;
    let most = 0;
    let done = false;
    const watch = (): void => {
      most = Math.max(most, worked);
      worked = 0;
      if (!done) setImmediate(watch);
    };
    setImmediate(watch);
    await Promise.all(Array.from({ length: 20 }, () => queue.turn().then(() => (worked += 1))));
    done = true;
    expect(most).to.be.within(1, 2);
  });
});
