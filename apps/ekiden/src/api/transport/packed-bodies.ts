import { Transform, type TransformCallback } from 'node:stream';

/** Compressed bytes kept together, and of one body. */
const BYTES_MAX = 32 * 1024 * 1024;
const BODY_BYTES_MAX = 16 * 1024 * 1024;

/**
 * Compressed copies of large bodies that came as streams, so that one which many clients read is
 * compressed once. The least recently used go first.
 */
export class PackedBodies {
  private readonly kept = new Map<string, Buffer>();
  private bytes = 0;

  find(key: string): Buffer | undefined {
    const found = this.kept.get(key);
    if (found === undefined) return undefined;
    this.kept.delete(key);
    this.kept.set(key, found);
    return found;
  }

  /** Hands on what passes, and keeps it if all of it has passed and it is not too large. */
  keeper(key: string): Transform {
    let chunks: Buffer[] | undefined = [];
    let length = 0;
    return new Transform({
      transform: (chunk: Buffer, _encoding, done: TransformCallback) => {
        length += chunk.length;
        if (length > BODY_BYTES_MAX) chunks = undefined;
        chunks?.push(chunk);
        done(null, chunk);
      },
      flush: (done) => {
        if (chunks !== undefined) this.keep(key, Buffer.concat(chunks));
        done();
      },
    });
  }

  private keep(key: string, body: Buffer): void {
    this.bytes += body.length - (this.kept.get(key)?.length ?? 0);
    this.kept.delete(key);
    this.kept.set(key, body);
    for (const [oldest, old] of this.kept) {
      if (this.bytes <= BYTES_MAX) return;
      this.kept.delete(oldest);
      this.bytes -= old.length;
    }
  }
}
