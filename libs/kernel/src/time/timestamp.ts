import { millis, type Millis } from './clock.js';

const ISO_OFFSET_DATE_TIME =
  /^(\d{4}-\d{2}-\d{2})T(?:[01]\d|2[0-3]):\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})$/;

/**
 * Marathon's timestamp form: UTC with exactly three fraction digits
 * (`2021-03-04T05:06:07.080Z`; marathon-api 3.2).
 */
export function formatTimestamp(at: Millis): string {
  const slot = at % TEXTS_MAX;
  const known = texts[slot];
  if (known?.at === at) return known.text;
  const text = new Date(at).toISOString();
  texts[slot] = { at, text };
  return text;
}

/** Thousands of events and tasks in a row name the same few versions and moments. */
const TEXTS_MAX = 256;
const texts: { readonly at: Millis; readonly text: string }[] = [];

/**
 * Reads any ISO-8601 date-time with an offset, cut to whole milliseconds; `undefined` when it is
 * none, or names a moment no calendar has (30 February, 24:00).
 */
export function parseTimestamp(text: string): Millis | undefined {
  const date = ISO_OFFSET_DATE_TIME.exec(text)?.[1];
  const at = Date.parse(text);
  if (date === undefined || Number.isNaN(at)) return undefined;
  // Date.parse lets 30 February be 2 March; the day must come back as it was written.
  const written = new Date(`${date}T00:00:00Z`).toISOString().startsWith(date);
  return written ? millis(at) : undefined;
}
