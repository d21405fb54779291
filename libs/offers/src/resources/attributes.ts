import { err, ok, type Result } from '@ekiden/kernel';

import { formatMilli } from './milli.js';
import { formatRanges } from './ranges.js';
import type { TextError } from './text.js';
import { parseValue, type ParsedValue } from './value-text.js';

/**
 * What an operator says about a host (`rack:r1`). Order is kept, a name may come twice; opaque to
 * the allocator, matched by frameworks (offer-core 1.2). Plain JSON data.
 */
export type Attribute = ParsedValue & { readonly name: string };

/** Reads Mesos's text form: `rack:r1;slots:10;keys:[1-5];tags:{a,b}`. What is no number is text. */
export function parseAttributes(text: string): Result<readonly Attribute[], TextError> {
  const attributes: Attribute[] = [];
  let position = 0;
  for (const part of text.split(';')) {
    if (part.trim() !== '') {
      const colon = part.indexOf(':');
      const name = part.slice(0, Math.max(0, colon)).trim();
      if (name === '') return err({ position, rule: 'expected name:value' });
      const value = parseValue(part.slice(colon + 1), position + colon + 1);
      if (!value.ok) return value;
      attributes.push({ name, ...value.value });
    }
    position += part.length + 1;
  }
  return ok(attributes);
}

export function formatAttributes(attributes: readonly Attribute[]): string {
  return attributes.map((each) => `${each.name}:${attributeText(each)}`).join(';');
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
