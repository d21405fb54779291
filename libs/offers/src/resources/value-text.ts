import { err, ok, type Result } from '@ekiden/kernel';

import { parseMilli, type Milli } from './milli.js';
import { coalesce, type Range, type Ranges } from './ranges.js';
import type { TextError } from './text.js';

/** A value as the text form shows it; the first character tells the type. */
export type ParsedValue =
  | { readonly type: 'SCALAR'; readonly milli: Milli }
  | { readonly type: 'RANGES'; readonly ranges: Ranges }
  | { readonly type: 'SET'; readonly items: readonly string[] }
  | { readonly type: 'TEXT'; readonly text: string };

const INTERVAL = /^\s*(\d+)\s*-\s*(\d+)\s*$/;

/** `offset` = where `source` begins in the whole text, for error positions. */
export function parseValue(source: string, offset: number): Result<ParsedValue, TextError> {
  const text = source.trim();
  const start = offset + source.indexOf(text);
  if (text === '') return err({ position: offset, rule: 'expected a value' });
  if (text.startsWith('[')) return parseRanges(text, start);
  if (text.startsWith('{')) return parseSet(text, start);
  const amount = parseMilli(text);
  return ok(amount === undefined ? { type: 'TEXT', text } : { type: 'SCALAR', milli: amount });
}

function parseRanges(text: string, start: number): Result<ParsedValue, TextError> {
  if (!text.endsWith(']')) return err({ position: start, rule: 'ranges end with ]' });
  const body = text.slice(1, -1);
  if (body.trim() === '') return ok({ type: 'RANGES', ranges: [] });
  const ranges: Range[] = [];
  let position = start + 1;
  for (const part of body.split(',')) {
    const match = INTERVAL.exec(part);
    if (match === null) return err({ position, rule: 'a range is begin-end' });
    const range = { begin: Number(match[1]), end: Number(match[2]) };
    if (!Number.isSafeInteger(range.begin) || !Number.isSafeInteger(range.end)) {
      return err({ position, rule: 'a range ends below 2^53' });
    }
    if (range.begin > range.end) return err({ position, rule: 'a range begins before it ends' });
    ranges.push(range);
    position += part.length + 1;
  }
  return ok({ type: 'RANGES', ranges: coalesce(ranges) });
}

function parseSet(text: string, start: number): Result<ParsedValue, TextError> {
  if (!text.endsWith('}')) return err({ position: start, rule: 'a set ends with }' });
  const body = text.slice(1, -1);
  if (body.trim() === '') return ok({ type: 'SET', items: [] });
  const items: string[] = [];
  let position = start + 1;
  for (const part of body.split(',')) {
    const item = part.trim();
    if (item === '' || /[{}[\]]/.test(item)) {
      return err({ position, rule: 'a set holds words separated by commas' });
    }
    items.push(item);
    position += part.length + 1;
  }
  return ok({ type: 'SET', items: [...new Set(items)].sort() });
}
