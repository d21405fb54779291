export { advanceRollouts, rolloutDeadline } from './advance-rollouts.js';
export { leftOfOld, mayStop, servingOf } from './count-generation.js';
export { appsWithRoom, withoutReserved } from './reservations.js';
export { joinLive, takeBackTwins } from './promote-twins.js';
export { poolNow } from './gang.js';
