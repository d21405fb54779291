import { randomBytes } from 'node:crypto';
import { ChunkStream } from './chunk-stream.js';
import { ChunkedJson, type KeepBudget } from './chunked-json.js';
import { piecesOf } from './deferred-json.js';
import { HttpAnswer, JSON_TYPE } from './http-answer.js';
import { WorkQueue } from './work-queue.js';

/** Large bodies of one turn that may be known at a time. */
const BODIES_MAX = 32;

/** Larger bodies are sent in chunks each time, smaller ones in one piece once they are made. */
const WHOLE_BYTES_MAX = 4 * 1024 * 1024;

const HEADERS = { 'Content-Type': JSON_TYPE } as const;

/**
 * Answers of one committed turn, by URL: a repeated GET of an unchanged state costs a lookup. A new
 * turn forgets them all. Bounded by bytes; the least recently used go first.
 *
 * Small bodies are made at once. Large ones (see `DeferredJson`) are read in chunks, which all
 * readers of the same turn and URL share; their entity tag is the turn's, so it is known before
 * they are made.
 */
export class SnapshotCache {
  readonly bytesMax: number;
  private readonly answers = new Map<string, HttpAnswer>();
  private readonly bodies = new Map<string, ChunkedJson>();
  private readonly queue: WorkQueue;
  /** Turns of another process, or of another database, are other turns. */
  private readonly origin = randomBytes(6).toString('base64url');
  private budget: KeepBudget;
  private turn = Number.NaN;
  private bytes = 0;

  constructor(bytesMax = 64 * 1024 * 1024, queue = new WorkQueue()) {
    this.queue = queue;
    this.bytesMax = bytesMax;
    this.budget = { left: bytesMax };
  }

  /** The answer for `url` in turn `turn`; `make` is asked only if there is none yet. */
  answer(turn: number, url: string, make: () => unknown): HttpAnswer {
    this.forgetOtherTurns(turn);
    const known = this.known(turn, url);
    if (known !== undefined) return known;
    return this.sent(url, this.bodies.get(url) ?? new ChunkedJson(piecesOf(make()), this.budget));
  }

  /** The same if it has been asked for in that turn, at least in part; nothing is put together. */
  begun(turn: number, url: string): HttpAnswer | undefined {
    const known = this.known(turn, url);
    if (known !== undefined || turn !== this.turn) return known;
    const body = this.bodies.get(url);
    return body && this.sent(url, body);
  }

  /** The same if it is there, in one piece; nothing is made. */
  known(turn: number, url: string): HttpAnswer | undefined {
    if (turn !== this.turn) return undefined;
    const known = this.answers.get(url);
    // while half of the room is free nothing has to go soon, so it need not be known what went last
    if (known !== undefined && this.bytes > this.bytesMax / 2) {
      this.answers.delete(url);
      this.answers.set(url, known);
    }
    return known;
  }

  /** An answer that is not kept, as it depends on the time too. */
  fresh(make: () => unknown): HttpAnswer {
    const body = new ChunkedJson(piecesOf(make()), { left: 0 });
    const whole = body.whole(WHOLE_BYTES_MAX);
    if (whole !== undefined) return new HttpAnswer(200, whole, HEADERS);
    return new HttpAnswer(200, undefined, HEADERS, {
      stream: () => new ChunkStream(body, this.queue),
    });
  }

  /** Entity tag of all large bodies of a turn. */
  tagOf(turn: number): string {
    return `W/"${this.origin}.${turn}"`;
  }

  private sent(url: string, body: ChunkedJson): HttpAnswer {
    const whole = body.whole(WHOLE_BYTES_MAX);
    if (whole === undefined) return this.streamed(url, body);
    const isLarge = this.bodies.delete(url);
    body.retire();
    const made = new HttpAnswer(200, whole, HEADERS, isLarge ? { tag: this.tagOf(this.turn) } : {});
    this.keep(url, made);
    return made;
  }

  private streamed(url: string, body: ChunkedJson): HttpAnswer {
    this.bodies.delete(url);
    this.bodies.set(url, body);
    for (const [oldest, old] of this.bodies) {
      if (this.bodies.size <= BODIES_MAX) break;
      this.bodies.delete(oldest);
      old.retire();
    }
    return new HttpAnswer(200, undefined, HEADERS, {
      tag: this.tagOf(this.turn),
      stream: () => new ChunkStream(body, this.queue),
    });
  }

  private forgetOtherTurns(turn: number): void {
    if (turn === this.turn) return;
    this.turn = turn;
    this.answers.clear();
    this.bytes = 0;
    for (const body of this.bodies.values()) body.retire();
    this.bodies.clear();
    this.budget = { left: this.bytesMax };
  }

  private keep(url: string, answer: HttpAnswer): void {
    const weight = weigh(url, answer);
    if (weight > this.bytesMax) return;
    this.answers.set(url, answer);
    this.bytes += weight;
    for (const [oldest, old] of this.answers) {
      if (this.bytes <= this.bytesMax) return;
      this.answers.delete(oldest);
      this.bytes -= weigh(oldest, old);
    }
  }
}

/** Bytes held by an entry; the constant stands for the objects around the body. */
function weigh(url: string, answer: HttpAnswer): number {
  return url.length * 2 + (answer.body?.length ?? 0) + 512;
}
