import { json, type HttpAnswer } from './http-answer.js';

/**
 * Ready-to-send answers of one committed turn, by URL: a repeated GET of an unchanged state costs
 * a lookup. A new turn forgets them all. Bounded by bytes; the least recently used go first.
 */
export class SnapshotCache {
  readonly bytesMax: number;
  private readonly answers = new Map<string, HttpAnswer>();
  private turn = Number.NaN;
  private bytes = 0;

  constructor(bytesMax = 64 * 1024 * 1024) {
    this.bytesMax = bytesMax;
  }

  /** The answer for `url` in turn `turn`; `make` is asked only if there is none yet. */
  answer(turn: number, url: string, make: () => unknown): HttpAnswer {
    this.forgetOtherTurns(turn);
    const known = this.answers.get(url);
    if (known !== undefined) {
      this.answers.delete(url);
      this.answers.set(url, known);
      return known;
    }
    const made = json(make());
    this.keep(url, made);
    return made;
  }

  private forgetOtherTurns(turn: number): void {
    if (turn === this.turn) return;
    this.turn = turn;
    this.answers.clear();
    this.bytes = 0;
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
