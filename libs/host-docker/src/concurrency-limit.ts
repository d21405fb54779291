import { assert, type Millis } from '@ekiden/kernel';

export interface ConcurrencyBounds {
  readonly min: number;
  readonly initial: number;
  readonly max: number;
}

/** So many requests may queue inside the engine before fewer, or must, before more, are sent. */
const QUEUE_SHORT = 3;
const QUEUE_LONG = 6;
/**
 * The undisturbed duration is forgotten slowly, so that a machine that got slower is believed: a
 * doubling takes 700 answers. Much faster, and a long row of launches would forget what is normal.
 */
const FORGET = 1.001;
const SMOOTHING = 0.3;

/**
 * How many requests an engine gets at the same time: TCP Vegas's rule (Brakmo and Peterson, 1995).
 * From how much longer a request takes than an undisturbed one follows how many of them only queue
 * inside the engine; a short queue keeps it busy, a longer one only makes everything late.
 */
export class ConcurrencyLimit {
  private readonly bounds: ConcurrencyBounds;
  private value: number;
  private undisturbed = Infinity;
  private usual: number | undefined;

  constructor(bounds: ConcurrencyBounds) {
    const { min, initial, max } = bounds;
    assert(min >= 1 && initial >= min && max >= initial, `bounds ${min}, ${initial}, ${max}`);
    this.bounds = bounds;
    this.value = initial;
  }

  get current(): number {
    return this.value;
  }

  /** A request was answered; `atOnce` = how many were under way then, itself included. */
  answered(took: Millis, atOnce: number): void {
    const duration = Math.max(1, took);
    this.undisturbed = Math.min(this.undisturbed * FORGET, duration);
    this.usual =
      this.usual === undefined ? duration : this.usual + SMOOTHING * (duration - this.usual);
    const queued = this.value * (1 - Math.min(1, this.undisturbed / this.usual));
    if (queued > QUEUE_LONG) this.set(this.value - 1);
    // More is no use to learn from while what is allowed is not used.
    else if (queued < QUEUE_SHORT && atOnce >= this.value) this.set(this.value + 1);
  }

  /** The engine did not answer: half of it. */
  failed(): void {
    this.set(Math.floor(this.value / 2));
  }

  private set(value: number): void {
    this.value = Math.min(this.bounds.max, Math.max(this.bounds.min, value));
  }
}
