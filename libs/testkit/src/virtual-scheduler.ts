import { millis, type Chance, type ManualClock, type Millis } from '@ekiden/kernel';

interface Entry {
  readonly at: Millis;
  /** Drawn from the seed: entries of one moment run in an order nobody may rely on. */
  readonly tie: number;
  readonly run: () => void;
  cancelled: boolean;
}

/**
 * Things that happen at virtual times. Runs them in order of time; what falls on the same moment
 * runs in an order drawn from the seed. Has the shape of a host driver's timers (`after`).
 */
export class VirtualScheduler {
  private readonly clock: ManualClock;
  private readonly chance: Chance;
  /** Sorted, the next one last. */
  private readonly entries: Entry[] = [];

  constructor(clock: ManualClock, chance: Chance) {
    this.clock = clock;
    this.chance = chance;
  }

  /** Runs `run` once, `delay` from now; returns what takes it back. */
  after(delay: Millis, run: () => void): () => void {
    const at = millis(this.clock.now() + Math.max(0, delay));
    const entry: Entry = { at, tie: this.chance.next(), run, cancelled: false };
    this.insert(entry);
    return () => {
      entry.cancelled = true;
    };
  }

  /** When the next thing happens; `undefined` when nothing will. */
  next(): Millis | undefined {
    this.dropCancelled();
    return this.entries.at(-1)?.at;
  }

  /** Runs everything that is due now, also what comes up meanwhile without delay. */
  runDue(most = 10_000): number {
    let count = 0;
    for (let next = this.next(); next !== undefined; next = this.next()) {
      if (next > this.clock.now() || count >= most) break;
      this.entries.pop()?.run();
      count += 1;
    }
    return count;
  }

  private dropCancelled(): void {
    while (this.entries.at(-1)?.cancelled === true) this.entries.pop();
  }

  private insert(entry: Entry): void {
    let low = 0;
    let high = this.entries.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const other = this.entries[middle];
      if (other !== undefined && isLater(other, entry)) low = middle + 1;
      else high = middle;
    }
    this.entries.splice(low, 0, entry);
  }
}

function isLater(a: Entry, b: Entry): boolean {
  return a.at === b.at ? a.tie > b.tie : a.at > b.at;
}
