import type { z } from 'zod';
import { Problem, badRequest } from '../http/index.js';
import { shapeDetails } from './shape-details.js';
import { withoutNulls } from './without-nulls.js';

/**
 * Checks the JSON shape of a request body: types, required fields, enums, bounds, patterns.
 * `null` is taken as absent. Throws a `Problem`: 400 for a missing body, 422 with every error and
 * its path (marathon-api 2.2) for a wrong shape.
 */
export function parseShape<S extends z.ZodType>(schema: S, body: unknown): z.output<S> {
  const input = bodyOf(body);
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw new Problem(422, {
    message: 'Invalid JSON',
    details: shapeDetails(parsed.error.issues, input),
  });
}

/** The body without nulls. Throws a `Problem` (400) for a missing one. */
export function bodyOf(body: unknown): unknown {
  if (body === undefined) {
    throw badRequest('Please specify data in JSON format', 'the request has no body');
  }
  return withoutNulls(body);
}
