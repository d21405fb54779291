import type { JsonPiece } from './deferred-json.js';

/** Bytes of a body, and where the next ones begin. */
export interface JsonChunk {
  readonly bytes: Buffer;
  /** Index of a piece; the number of pieces = the end. */
  readonly next: number;
}

/** Bytes that bodies may keep together. */
export interface KeepBudget {
  left: number;
}

/** Characters from which on a chunk is complete: a millisecond's work, or two. */
const CHUNK_LENGTH = 128 * 1024;

/**
 * A large JSON body, made chunk by chunk by whoever reads it. Chunks are kept for other readers
 * while the budget allows; what is not kept is made again. So a slow reader holds on to the pieces,
 * but never to the body.
 */
export class ChunkedJson {
  private readonly pieces: readonly JsonPiece[];
  private readonly budget: KeepBudget;
  private readonly kept = new Map<number, JsonChunk>();
  private keeps = true;

  constructor(pieces: readonly JsonPiece[], budget: KeepBudget) {
    this.pieces = pieces;
    this.budget = budget;
  }

  get end(): number {
    return this.pieces.length;
  }

  /** Whether the chunk at this place costs nothing. */
  hasReady(at: number): boolean {
    return this.kept.has(at);
  }

  /** `at`: 0, or the `next` of another chunk. */
  chunkAt(at: number): JsonChunk {
    const known = this.kept.get(at);
    if (known !== undefined) return known;
    const made = this.make(at);
    if (this.keeps && made.bytes.length <= this.budget.left) {
      this.budget.left -= made.bytes.length;
      this.kept.set(at, made);
    }
    return made;
  }

  /**
   * The body in one piece: a single chunk, or no more than so many bytes that are all kept;
   * `undefined` when it is larger, or would have to be made first.
   */
  whole(bytesMax: number): Buffer | undefined {
    const first = this.chunkAt(0);
    if (first.next === this.end) return first.bytes;
    const chunks: Buffer[] = [];
    let length = 0;
    for (let at = 0; at < this.end;) {
      const chunk = this.kept.get(at);
      if (chunk === undefined || length > bytesMax) return undefined;
      chunks.push(chunk.bytes);
      length += chunk.bytes.length;
      at = chunk.next;
    }
    return length > bytesMax ? undefined : Buffer.concat(chunks);
  }

  /** Nobody else will read it: lets go of what is kept. */
  retire(): void {
    this.keeps = false;
    for (const { bytes } of this.kept.values()) this.budget.left += bytes.length;
    this.kept.clear();
  }

  private make(at: number): JsonChunk {
    const texts: string[] = [];
    let length = 0;
    let next = at;
    while (next < this.pieces.length && length < CHUNK_LENGTH) {
      const piece = this.pieces[next] ?? '';
      const text = typeof piece === 'string' ? piece : piece();
      texts.push(text);
      length += text.length;
      next += 1;
    }
    return { bytes: Buffer.from(texts.join('')), next };
  }
}
