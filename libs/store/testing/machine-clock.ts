import { millis, type Clock } from '@ekiden/kernel';

/** The real clock; `performance.now()` goes on while a process is stopped (CLOCK_MONOTONIC). */
export const machineClock: Clock = {
  now: () => millis(Date.now()),
  monotonic: () => millis(performance.now()),
};
