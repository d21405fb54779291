const TICK_MS = 5_000;

/** Ticks after which what happened counts for nothing any more. */
const TICKS_MAX = 1_000;

const MINUTES = [1, 5, 15] as const;

/** How often something happens per second: over all time, and smoothed over 1, 5 and 15 minutes. */
export class Rates {
  count = 0;
  private readonly startedAt: number;
  private readonly smoothed = [0, 0, 0];
  private uncounted = 0;
  private tickAt: number;
  private isFirst = true;

  constructor(now: number) {
    this.startedAt = now;
    this.tickAt = now + TICK_MS;
  }

  mark(now: number): void {
    if (now >= this.tickAt) this.tick(now);
    this.count += 1;
    this.uncounted += 1;
  }

  /** Per second. */
  read(now: number): { readonly mean: number; readonly smoothed: readonly number[] } {
    if (now >= this.tickAt) this.tick(now);
    const lived = (now - this.startedAt) / 1000;
    return { mean: lived > 0 ? this.count / lived : 0, smoothed: this.smoothed };
  }

  private tick(now: number): void {
    const ticks = 1 + Math.floor((now - this.tickAt) / TICK_MS);
    for (let i = 0; i < Math.min(ticks, TICKS_MAX); i += 1) {
      const rate = (this.uncounted / TICK_MS) * 1000;
      this.uncounted = 0;
      MINUTES.forEach((minutes, at) => {
        const before = this.smoothed[at] ?? 0;
        const weight = 1 - Math.exp(-TICK_MS / 60_000 / minutes);
        this.smoothed[at] = this.isFirst ? rate : before + weight * (rate - before);
      });
      this.isFirst = false;
    }
    this.tickAt += ticks * TICK_MS;
  }
}
