import { millis, type Clock, type Millis } from '@ekiden/kernel';
import type { Timers } from '@ekiden/host';
import type { StateView } from '../core/turn/index.js';
import type { Log } from '../ports/index.js';

export interface PacedLookOptions {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Log;
  /** Names a fault of ours in the log. */
  readonly event: string;
  /** Between two looks, and how many times as long as a look takes it is at least. */
  readonly pause: Millis;
  readonly pauseShare: number;
  readonly isWanted: (view: StateView) => boolean;
  /** Looks at the world and reports it; `present` is the state of now, once there is an answer. */
  readonly look: (view: StateView, present: () => StateView | undefined) => Promise<void>;
}

/**
 * Something outside that is looked at from time to time while the committed state asks for it, one
 * look after the other, at a pace that leaves the world time for other things.
 */
export class PacedLook {
  private readonly options: PacedLookOptions;
  private view: StateView | undefined;
  /** A look is under way, or the next one is due later. */
  private waiting = false;
  private cancelTimer: () => void = () => undefined;

  constructor(options: PacedLookOptions) {
    this.options = options;
  }

  /** Called with committed state after every turn. */
  publish(view: StateView): void {
    this.view = view;
    if (!this.waiting && this.options.isWanted(view)) this.begin(view);
  }

  leave(): void {
    this.view = undefined;
    this.waiting = false;
    this.cancelTimer();
  }

  private begin(view: StateView): void {
    this.waiting = true;
    const { clock, event, log, look, pause, pauseShare, timers } = this.options;
    const from = clock.monotonic();
    const looked = look(view, () => this.view).catch((fault: unknown) => {
      // A fault of ours must not end the service.
      const message = fault instanceof Error ? (fault.stack ?? fault.message) : String(fault);
      log({ level: 'error', event, message });
    });
    void looked.then(() => {
      if (!this.waiting) return;
      const took = clock.monotonic() - from;
      this.cancelTimer();
      this.cancelTimer = timers.after(millis(Math.max(pause, pauseShare * took)), () => {
        this.waiting = false;
        if (this.view !== undefined && this.options.isWanted(this.view)) this.begin(this.view);
      });
    });
  }
}
