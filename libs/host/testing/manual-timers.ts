import { millis, type ManualClock, type Millis } from '@ekiden/kernel';
import type { Cancel, Timers } from '@ekiden/host';

interface Alarm {
  readonly at: Millis;
  readonly wake: () => void;
}

/** Timers that fire only when the test moves the clock, earliest first. */
export class ManualTimers implements Timers {
  private readonly clock: ManualClock;
  private readonly alarms = new Set<Alarm>();

  constructor(clock: ManualClock) {
    this.clock = clock;
  }

  get pending(): number {
    return this.alarms.size;
  }

  after(delay: Millis, wake: () => void): Cancel {
    const alarm: Alarm = { at: millis(this.clock.monotonic() + delay), wake };
    this.alarms.add(alarm);
    return () => this.alarms.delete(alarm);
  }

  advance(by: Millis): void {
    const end = this.clock.monotonic() + by;
    for (let alarm = this.earliest(end); alarm !== undefined; alarm = this.earliest(end)) {
      this.clock.advance(millis(alarm.at - this.clock.monotonic()));
      this.alarms.delete(alarm);
      alarm.wake();
    }
    this.clock.advance(millis(end - this.clock.monotonic()));
  }

  private earliest(end: number): Alarm | undefined {
    let first: Alarm | undefined;
    for (const alarm of this.alarms) {
      if (alarm.at <= end && (first === undefined || alarm.at < first.at)) first = alarm;
    }
    return first;
  }
}
