export { SystemChance } from './system-chance.js';
export { SystemClock } from './system-clock.js';
export { SystemTimers } from './system-timers.js';
