import type { Result } from '@ekiden/kernel';

import { formatMilli, parseMilli } from './milli.js';
import { formatRanges } from './ranges.js';
import { CODE, scan, type Scanner, type TextError } from './scanner.js';
import { formatItems, readItems, readRanges, type ParsedValue } from './value-text.js';

type AttributeValue = ParsedValue | { readonly type: 'TEXT'; readonly text: string };

/**
 * What an operator says about a host (`rack:r1`). Order is kept, a name may come twice; opaque to
 * the allocator, matched by frameworks (offer-core 1.2). Plain JSON data.
 */
export type Attribute = AttributeValue & { readonly name: string };

/**
 * Reads Mesos's text form: `rack:r1;slots:10;keys:[1-5];tags:{a,b}`. What is no number is text; a
 * text that would be read otherwise stands in quotes, as a JSON string (`rack:"a;b"`, `rev:"10"`).
 */
export function parseAttributes(text: string): Result<readonly Attribute[], TextError> {
  return scan(text, readAttributes);
}

/** The inverse of {@link parseAttributes}. */
export function formatAttributes(attributes: readonly Attribute[]): string {
  return attributes.map((each) => `${formatName(each.name)}:${formatValue(each)}`).join(';');
}

/** The value as constraints compare it (marathon-behaviour 4.9). */
export function attributeText(attribute: Attribute): string {
  switch (attribute.type) {
    case 'TEXT':
      return attribute.text;
    case 'SCALAR':
      return formatMilli(attribute.milli);
    case 'RANGES':
      return formatRanges(attribute.ranges);
    case 'SET':
      return `{${attribute.items.join(',')}}`;
  }
}

function readAttributes(scanner: Scanner): readonly Attribute[] {
  const attributes: Attribute[] = [];
  while (!scanner.atEnd()) {
    if (scanner.eat(';')) continue;
    attributes.push({ name: readName(scanner), ...readValue(scanner) });
    if (!scanner.atEnd()) scanner.expect(';', 'expected ; between attributes');
  }
  return attributes;
}

/** All up to the first colon, or a quoted word; the colon too. */
function readName(scanner: Scanner): string {
  const start = scanner.at;
  const name = scanner.next() === CODE.quote ? scanner.quoted() : scanner.until(':;') || undefined;
  return name !== undefined && scanner.eat(':') ? name : scanner.fail('expected name:value', start);
}

function readValue(scanner: Scanner): AttributeValue {
  const colon = scanner.at;
  switch (scanner.next()) {
    case CODE.bracket:
      return { type: 'RANGES', ranges: readRanges(scanner) };
    case CODE.brace:
      return { type: 'SET', items: readItems(scanner) };
    case CODE.quote:
      return { type: 'TEXT', text: scanner.quoted() };
    default: {
      const text = scanner.until(';');
      if (text === '') scanner.fail('expected a value', colon);
      const amount = parseMilli(text);
      return amount === undefined ? { type: 'TEXT', text } : { type: 'SCALAR', milli: amount };
    }
  }
}

function formatName(name: string): string {
  return name === '' || name !== name.trim() || /[:;]|^"/.test(name) ? JSON.stringify(name) : name;
}

function formatValue(attribute: Attribute): string {
  if (attribute.type === 'SET') return formatItems(attribute.items);
  const text = attributeText(attribute);
  if (attribute.type !== 'TEXT') return text;
  const bare = text !== '' && text === text.trim() && !/;|^["[{]/.test(text);
  return bare && parseMilli(text) === undefined ? text : JSON.stringify(text);
}
