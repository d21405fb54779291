import type { Cancel, Timers } from '@ekiden/host';
import type { Millis } from '@ekiden/kernel';

/** The machine's timers. They do not keep a process alive that has nothing else to do. */
export class SystemTimers implements Timers {
  after(delay: Millis, wake: () => void): Cancel {
    const timer = setTimeout(wake, delay);
    timer.unref();
    return () => {
      clearTimeout(timer);
    };
  }
}
