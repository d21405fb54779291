import { expect } from 'chai';
import { Writable } from 'node:stream';

import { drfAllocator, sortClients } from '../src/allocator/index.js';
import { replayStream } from './replay-stream.js';
import { Replay } from './replay.js';

/** Takes what it is given one by one, each when `release` is called. */
class SlowReader extends Writable {
  readonly taken: string[] = [];
  private held: (() => void) | undefined;

  constructor() {
    super({ highWaterMark: 1, decodeStrings: false });
  }

  override _write(chunk: string, _: BufferEncoding, done: () => void): void {
    this.taken.push(chunk);
    this.held = done;
  }

  release(): void {
    const { held } = this;
    this.held = undefined;
    held?.();
  }
}

function replay(): Replay {
  return new Replay({ makeAllocator: drfAllocator, sortClients });
}

function afterIo(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

describe('replaying a stream', () => {
  it('reads no further than its reader', async () => {
    let read = 0;
    async function* input(): AsyncGenerator<Uint8Array> {
      for (; read < 5; read += 1) yield await Promise.resolve(Buffer.from('{"op":"shares"}\n'));
    }
    const output = new SlowReader();
    const done = replayStream(replay(), input(), output);
    await afterIo();
    expect(output.taken).to.have.length(1);
    expect(read).to.be.lessThan(2);
    while (output.taken.length < 5) {
      output.release();
      await afterIo();
    }
    output.release();
    expect(await done).to.equal(0);
  });

  it('stops when its reader goes away', async () => {
    let read = 0;
    async function* input(): AsyncGenerator<Uint8Array> {
      for (;;) {
        read += 1;
        yield await Promise.resolve(Buffer.from('{"op":"shares"}\n'));
      }
    }
    const output = new SlowReader();
    const done = replayStream(replay(), input(), output);
    await afterIo();
    output.destroy();
    expect(await done).to.equal(0);
    expect(read).to.be.lessThan(4);
  });

  it('tells a bug of ours as an error, goes on and counts it', async () => {
    const broken = new Replay({
      sortClients: () => {
        throw new Error('oh');
      },
      makeAllocator: drfAllocator,
    });
    async function* input(): AsyncGenerator<Uint8Array> {
      const sort = '{"op":"sort","sorter":"drf","clients":["a"]}\n{"op":"shares"}\n';
      yield await Promise.resolve(Buffer.from(sort));
    }
    const written: string[] = [];
    const output = new Writable({
      write(chunk: Buffer, _, next): void {
        written.push(chunk.toString());
        next();
      },
    });
    expect(await replayStream(broken, input(), output)).to.equal(1);
    expect(written[0]).to.include('"message":"internal error: oh"');
    expect(written[1]).to.include('"event":"shares"');
  });
});
