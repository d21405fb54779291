import type { Resources } from './resource.js';

/**
 * One step of an operation on resources (RESERVE, CREATE ...): `consumed` goes, `converted` comes.
 * Quantities stay the same, or `converted` is empty and `consumed` is gone for good.
 */
export interface Conversion {
  readonly consumed: Resources;
  readonly converted: Resources;
}
