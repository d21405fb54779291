import type { AppDefinition } from '../../../src/core/app/index.js';

/*
 * The promises of an upgrade strategy, computed by other means than the strategy itself: in whole
 * ten-thousandths, so that no binary fraction is left to round.
 */

const PARTS = 10_000;

/** Most instances, old and new together, that we may bring about (with the extra one). */
export function mostInstances(app: AppDefinition): number {
  const { minimumHealthCapacity, maximumOverCapacity } = app.upgradeStrategy;
  const whole = app.instances * (PARTS + Math.round(maximumOverCapacity * PARTS));
  const most = (whole - (whole % PARTS)) / PARTS;
  const noRoom = fewestHealthy(app.instances, minimumHealthCapacity) === most;
  return noRoom ? most + 1 : most;
}

/** Fewest healthy instances that we may leave by our own doing. */
export function fewestHealthy(wanted: number, minimumHealthCapacity: number): number {
  const whole = wanted * Math.round(minimumHealthCapacity * PARTS);
  const rest = whole % PARTS;
  return (whole - rest) / PARTS + (rest > 0 ? 1 : 0);
}
