import { millis, type Clock, type Result } from '@ekiden/kernel';
import { ConcurrencyLimit, type ConcurrencyBounds } from './concurrency-limit.js';
import type { EngineFailure } from './engine-call.js';

/**
 * Lets as many requests of one kind through to an engine as serve it best; the others wait in the
 * order they came. How many can wait is bounded by the tasks a driver takes.
 */
export class StartGate {
  private readonly clock: Clock;
  private readonly limit: ConcurrencyLimit;
  private readonly waiting: (() => void)[] = [];
  private busy = 0;

  constructor(clock: Clock, bounds: ConcurrencyBounds) {
    this.clock = clock;
    this.limit = new ConcurrencyLimit(bounds);
  }

  /** How many may be under way at this moment. */
  get slots(): number {
    return this.limit.current;
  }

  async run<T>(
    request: () => Promise<Result<T, EngineFailure>>,
  ): Promise<Result<T, EngineFailure>> {
    if (this.busy < this.limit.current) this.busy += 1;
    else await new Promise<void>((resolve) => this.waiting.push(resolve));
    const begun = this.clock.monotonic();
    try {
      const answer = await request();
      const took = millis(this.clock.monotonic() - begun);
      if (answer.ok) this.limit.answered(took, this.busy);
      else if (answer.error.kind === 'gone') this.limit.failed();
      return answer;
    } finally {
      this.busy -= 1;
      this.admit();
    }
  }

  private admit(): void {
    while (this.busy < this.limit.current) {
      const next = this.waiting.shift();
      if (next === undefined) return;
      // The slot is taken on behalf of the one who waits: nobody can come in between.
      this.busy += 1;
      next();
    }
  }
}
