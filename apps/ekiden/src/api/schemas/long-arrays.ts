import { LIST_MAX } from './fields.js';

/** Elements of an array that are looked at first; enough to see that there are too many. */
const FIRST = LIST_MAX + 1;

/**
 * The document with every array cut to its first elements. What is wrong with the first thousand
 * tells a client enough, and costs a hundredth.
 */
export function withShortArrays(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, FIRST).map(withShortArrays);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, withShortArrays(inner)]),
  );
}
