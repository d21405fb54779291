/** Buckets per doubling: a value is known to about four per cent. */
const PER_DOUBLING = 8;

/** Doublings below and above 1: from a millionth to sixteen million. */
const BELOW = 20;
const ABOVE = 24;

const SIZE = (BELOW + ABOVE) * PER_DOUBLING;

const QUANTILES = [0.5, 0.75, 0.95, 0.98, 0.99, 0.999] as const;

export type Quantile = (typeof QUANTILES)[number];

/** Values of late, in no more memory than one number per bucket. */
class Window {
  readonly buckets = new Float64Array(SIZE);
  count = 0;
  sum = 0;
  squares = 0;
  min = Infinity;
  max = -Infinity;

  observe(value: number): void {
    const index = bucketOf(value);
    this.buckets[index] = (this.buckets[index] ?? 0) + 1;
    this.count += 1;
    this.sum += value;
    this.squares += value * value;
    if (value < this.min) this.min = value;
    if (value > this.max) this.max = value;
  }
}

export interface Spread {
  readonly min: number;
  readonly mean: number;
  readonly max: number;
  readonly stddev: number;
  readonly quantiles: ReadonlyMap<Quantile, number>;
}

/**
 * How values are spread. Count and sum are of all time; the spread is that of the last one to two
 * windows, so that a bad minute shows and is forgotten again.
 */
export class Distribution {
  count = 0;
  sum = 0;
  private readonly windowMs: number;
  private current = new Window();
  private previous = new Window();
  private endsAt: number;

  constructor(windowMs: number, now: number) {
    this.windowMs = windowMs;
    this.endsAt = now + windowMs;
  }

  observe(value: number, now: number): void {
    if (now >= this.endsAt) this.turn(now);
    this.count += 1;
    this.sum += value;
    this.current.observe(value);
  }

  /** Zeros where nothing was observed of late. */
  spread(now: number): Spread {
    if (now >= this.endsAt) this.turn(now);
    const { current, previous } = this;
    const count = current.count + previous.count;
    if (count === 0) return NOTHING;
    const mean = (current.sum + previous.sum) / count;
    const variance = (current.squares + previous.squares) / count - mean * mean;
    const min = Math.min(current.min, previous.min);
    const max = Math.max(current.max, previous.max);
    const quantiles = new Map(
      QUANTILES.map((q) => [q, Math.min(max, Math.max(min, this.quantile(q, count)))]),
    );
    return { min, mean, max, stddev: Math.sqrt(Math.max(0, variance)), quantiles };
  }

  private quantile(q: number, count: number): number {
    let left = Math.ceil(q * count);
    for (let index = 0; index < SIZE; index += 1) {
      left -= (this.current.buckets[index] ?? 0) + (this.previous.buckets[index] ?? 0);
      if (left <= 0) return 2 ** ((index + 0.5) / PER_DOUBLING - BELOW);
    }
    return Infinity;
  }

  private turn(now: number): void {
    const isFresh = now < this.endsAt + this.windowMs;
    this.previous = isFresh ? this.current : new Window();
    this.current = new Window();
    this.endsAt = now + this.windowMs;
  }
}

function bucketOf(value: number): number {
  if (value <= 0) return 0;
  const index = Math.floor((Math.log2(value) + BELOW) * PER_DOUBLING);
  return Math.min(SIZE - 1, Math.max(0, index));
}

const NOTHING: Spread = {
  min: 0,
  mean: 0,
  max: 0,
  stddev: 0,
  quantiles: new Map(QUANTILES.map((q) => [q, 0])),
};
