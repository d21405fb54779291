import { millis, type Clock, type Millis } from '@ekiden/kernel';

/** The machine's time; the one place in the repository that asks for it. */
export class SystemClock implements Clock {
  now(): Millis {
    return millis(Date.now());
  }

  monotonic(): Millis {
    return millis(performance.now());
  }
}
