import { parseTimestamp } from '@ekiden/kernel';
import { z } from 'zod';
import { ID_LENGTH_MAX } from '../../core/app/index.js';

/**
 * Building blocks of the wire schemas. They carry no defaults and no transforms: a default would
 * be injected into a partial update, a transform has no JSON Schema. Input has no nulls left
 * (`parseShape` drops them).
 */

/** Code of an issue that reads like a missing required key. */
export const MISSING_KEY = 'missing';

/** Enum of one spelling each, recognised in any case and handed on in canonical case. */
export function caselessEnum<const T extends readonly [string, ...string[]]>(values: T) {
  const canonical = new Map(values.map((value) => [value.toLowerCase(), value]));
  return z.preprocess(
    (input) => (typeof input === 'string' ? (canonical.get(input.toLowerCase()) ?? input) : input),
    z.enum(values),
  );
}

const LABEL = '[a-z0-9](?:[a-z0-9-]*[a-z0-9])?';

/**
 * Marathon's pattern for ids (marathon-api 3.1), written so that no part of a text can be matched
 * in two ways: hostile ids cost linear time.
 */
const ID_PATTERN = new RegExp(`^\\/*(?:(?:\\.\\.|${LABEL}(?:\\.${LABEL})*)(?:\\/+|$))*$`);

/** May be relative and may contain `..`. */
export function pathId() {
  return z.string().min(1).max(ID_LENGTH_MAX).regex(ID_PATTERN);
}

/** Elements of any list in a definition: far more than a real one has. */
export const LIST_MAX = 1_000;

export function count() {
  return z.int32().min(0);
}

/** Far more than any agent has; beyond it amounts lose their thousandths. */
const AMOUNT_MAX = 1_000_000_000;

/** Of a resource: cores, or MiB. */
export function amount(least = 0) {
  return z.number().min(least).max(AMOUNT_MAX);
}

/** Whole MiB. */
export function mebibytes(least = 0) {
  return z.int().min(least).max(AMOUNT_MAX);
}

export function port() {
  return z.int32().min(0).max(65_535);
}

export function labels() {
  return z.record(z.string(), z.string());
}

/** Name of a port mapping or container. */
export function portName() {
  return z.string().regex(/^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/);
}

export function networkName() {
  return z
    .string()
    .min(1)
    .max(63)
    .regex(/^[a-z0-9](?:[-a-z0-9_]*[a-z0-9])?$/);
}

export function protocol() {
  return caselessEnum(['tcp', 'udp', 'udp,tcp', 'tcp,udp']);
}

/** For rules about keys that depend on each other: this one is missing. */
export function missingKey(key: string) {
  return { code: 'custom' as const, path: [key], params: { code: MISSING_KEY } };
}

/** ISO-8601 with an offset; our answers have three fraction digits. */
export function timestamp() {
  return z
    .string()
    .refine((text) => parseTimestamp(text) !== undefined, {
      params: { code: 'error.expected.date.isoformat' },
    })
    .meta({ format: 'date-time', examples: ['2021-03-04T05:06:07.080Z'] });
}
