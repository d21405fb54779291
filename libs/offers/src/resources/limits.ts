import type { Brand } from '@ekiden/kernel';

import type { Quantity } from './quantities.js';

/**
 * Upper bounds by name, sorted by name. A name that is absent is unbounded; a bound of 0 is a bound
 * (offer-core 1.1: the difference to {@link Quantities}, where absent means 0).
 */
export type ResourceLimits = Brand<readonly Quantity[], 'ResourceLimits'>;

export const NO_LIMITS: ResourceLimits = [] as readonly Quantity[] as ResourceLimits;
