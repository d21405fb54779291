import { PieceJoiner, type JsonPiece } from './deferred-json.js';

/** Bytes of a body, and where the next ones begin. */
export interface JsonChunk {
  readonly bytes: Buffer;
  readonly next: Place;
}

/** A place in a body, between two pieces. */
export interface Place {
  /** Of the piece behind it; the number of pieces = the end. */
  readonly index: number;
  /** Whether an element there needs a comma. */
  readonly comma: boolean;
}

export const START: Place = { index: 0, comma: false };

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

  isEnd({ index }: Place): boolean {
    return index >= this.pieces.length;
  }

  /** Whether the chunk at this place costs nothing. */
  hasReady({ index }: Place): boolean {
    return this.kept.has(index);
  }

  /** `at`: the start, or the `next` of another chunk. */
  chunkAt(at: Place): JsonChunk {
    const known = this.kept.get(at.index);
    if (known !== undefined) return known;
    const made = this.make(at);
    if (this.keeps && made.bytes.length <= this.budget.left) {
      this.budget.left -= made.bytes.length;
      this.kept.set(at.index, made);
    }
    return made;
  }

  /**
   * The body in one piece: a single chunk, or no more than so many bytes that are all kept;
   * `undefined` when it is larger, or would have to be made first.
   */
  whole(bytesMax: number): Buffer | undefined {
    const first = this.chunkAt(START);
    if (this.isEnd(first.next)) return first.bytes;
    const chunks: Buffer[] = [];
    let length = 0;
    for (let at = START; !this.isEnd(at);) {
      const chunk = this.kept.get(at.index);
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

  private make(at: Place): JsonChunk {
    const joiner = new PieceJoiner(at.comma);
    let index = at.index;
    while (joiner.length < CHUNK_LENGTH) {
      const piece = this.pieces[index];
      if (piece === undefined) break;
      joiner.add(piece);
      index += 1;
    }
    const bytes = Buffer.from(joiner.texts.join(''));
    return { bytes, next: { index, comma: joiner.comma } };
  }
}
