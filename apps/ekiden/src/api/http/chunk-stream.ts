import { Readable } from 'node:stream';
import { START, type ChunkedJson } from './chunked-json.js';
import type { WorkQueue } from './work-queue.js';

/** A client that takes nothing for so long is let go of. */
const STALLED_MS = 60_000;

/** Reads a chunked body as fast as the client takes it. Holds a chunk or two. */
export class ChunkStream extends Readable {
  private readonly body: ChunkedJson;
  private readonly queue: WorkQueue;
  private readonly stalled: NodeJS.Timeout;
  private at = START;

  constructor(body: ChunkedJson, queue: WorkQueue, stalledMs = STALLED_MS) {
    super({ highWaterMark: 1 });
    this.body = body;
    this.queue = queue;
    this.stalled = setTimeout(() => this.destroy(), stalledMs);
    this.stalled.unref();
  }

  override _read(): void {
    this.stalled.refresh();
    if (this.body.isEnd(this.at)) {
      this.push(null);
    } else if (this.body.hasReady(this.at)) {
      this.pass();
    } else {
      void this.queue.turn().then(() => {
        if (!this.destroyed) this.pass();
      });
    }
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    clearTimeout(this.stalled);
    done(error);
  }

  private pass(): void {
    try {
      const { bytes, next } = this.body.chunkAt(this.at);
      this.at = next;
      this.push(bytes);
    } catch (fault) {
      this.destroy(fault instanceof Error ? fault : new Error(String(fault)));
    }
  }
}
