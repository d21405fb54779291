import type { Millis } from '@ekiden/kernel';

/** Takes a timer back; harmless when it has fired. */
export type Cancel = () => void;

/** Wake-ups come in through the door, so that tests decide when they fire. */
export interface Timers {
  /** Calls `wake` once, `delay` from now. */
  after(delay: Millis, wake: () => void): Cancel;
}
