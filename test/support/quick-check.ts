/** Looked at every second; a second failure in a row is one too many. */
export const QUICK_CHECK = {
  gracePeriodSeconds: 2,
  intervalSeconds: 1,
  timeoutSeconds: 1,
  maxConsecutiveFailures: 1,
};
