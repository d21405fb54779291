import type { z } from 'zod';
import { Problem, badRequest, boundDetails } from '../http/index.js';
import { withShortArrays } from './long-arrays.js';
import { shapeDetails } from './shape-details.js';
import { withoutNulls } from './without-nulls.js';

/**
 * Checks the JSON shape of a request body: types, required fields, enums, bounds, patterns.
 * `null` is taken as absent. Throws a `Problem`: 400 for a missing body, 422 with every error and
 * its path (marathon-api 2.2) for a wrong shape.
 */
export function parseShape<S extends z.ZodType>(schema: S, body: unknown): z.output<S> {
  const checked = checkShape(schema, bodyOf(body));
  if (checked.issues === undefined) return checked.data;
  throw new Problem(422, {
    message: 'Invalid JSON',
    details: boundDetails(shapeDetails(checked.issues, checked.input), WHOLE),
  });
}

/** Path of a document as a whole, where its shape is wrong (marathon-api 2.1). */
export const WHOLE = '';

export type Checked<T> =
  | { readonly data: T; readonly issues?: undefined }
  | {
      readonly issues: readonly z.core.$ZodIssue[];
      /** What they are about: the document, or only the first elements of its long arrays. */
      readonly input: unknown;
    };

/** Errors beyond these are looked for in the first elements of long arrays only. */
const ISSUES_MAX = 1_000;

/** Checks a document as a whole; however much is wrong with it, telling it costs little. */
export function checkShape<S extends z.ZodType>(schema: S, input: unknown): Checked<z.output<S>> {
  let issues: readonly z.core.$ZodIssue[];
  try {
    const { success, data, error } = schema.safeParse(input);
    if (success) return { data };
    if (error.issues.length <= ISSUES_MAX) return { issues: error.issues, input };
    ({ issues } = error);
  } catch (error) {
    // hundreds of thousands of errors overflow the checker's stack
    if (!(error instanceof RangeError)) throw error;
    issues = [{ code: 'custom', path: [], message: 'more errors than can be told', input }];
  }
  const short = withShortArrays(input);
  const first = schema.safeParse(short);
  return first.success ? { issues, input } : { issues: first.error.issues, input: short };
}

/** The body without nulls. Throws a `Problem` (400) for a missing one. */
export function bodyOf(body: unknown): unknown {
  if (body === undefined) {
    throw badRequest('Please specify data in JSON format', 'the request has no body');
  }
  return withoutNulls(body);
}
