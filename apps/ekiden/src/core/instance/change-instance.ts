import type { Instance } from './instance.js';

/**
 * The instance with some fields set. Written so that all with the same fields share a hidden class,
 * which a spread at the beginning would not give them (ADR 0062): large apps have a hundred thousand.
 */
export function changeInstance(
  { id, ...rest }: Instance,
  fields: Partial<Omit<Instance, 'id'>>,
): Instance {
  return { id, ...rest, ...fields };
}
