import { err, ok, type Result } from '@ekiden/kernel';

import { formatMilli } from './milli.js';
import { formatRanges } from './ranges.js';
import { resourcesOf, UNRESERVED, type Resource, type Resources } from './resource.js';
import { parseValue, type ParsedValue } from './value-text.js';

/** Where reading stopped (0-based offset into the text) and which rule the text breaks. */
export interface TextError {
  readonly position: number;
  readonly rule: string;
}

const TYPE_OF_KNOWN: Readonly<Record<string, Resource['type']>> = {
  cpus: 'SCALAR',
  gpus: 'SCALAR',
  mem: 'SCALAR',
  disk: 'SCALAR',
  ports: 'RANGES',
};

const HEAD = /^\s*([^\s:;()[\]{},]+)\s*(?:\(\s*([^()\s]+)\s*\))?\s*:/;

/**
 * Reads Mesos's text form: `cpus:4;mem:8192;ports:[31000-32000];disk(role):100;tags:{a,b}`.
 * Objects of one identity add up; amounts of nothing vanish; a name has one type.
 */
export function parseResources(text: string): Result<Resources, TextError> {
  const objects: Resource[] = [];
  const types = new Map<string, Resource['type']>(Object.entries(TYPE_OF_KNOWN));
  let position = 0;
  for (const part of text.split(';')) {
    if (part.trim() !== '') {
      const read = parseObject(part, position);
      if (!read.ok) return read;
      const { name, type } = read.value;
      const expected = types.get(name);
      if (expected !== undefined && expected !== type) {
        return err({ position, rule: `${name} is of type ${expected}, not ${type}` });
      }
      types.set(name, type);
      objects.push(read.value);
    }
    position += part.length + 1;
  }
  return ok(resourcesOf(objects));
}

/** The inverse of {@link parseResources}: canonical order, three decimals at most. */
export function formatResources(resources: Resources): string {
  return resources.map(formatResource).join(';');
}

export function formatResource(object: Resource): string {
  const head = object.role === UNRESERVED ? object.name : `${object.name}(${object.role})`;
  switch (object.type) {
    case 'SCALAR':
      return `${head}:${formatMilli(object.milli)}`;
    case 'RANGES':
      return `${head}:${formatRanges(object.ranges)}`;
    case 'SET':
      return `${head}:{${object.items.join(',')}}`;
  }
}

function parseObject(part: string, offset: number): Result<Resource, TextError> {
  const head = HEAD.exec(part);
  if (head === null) return err({ position: offset, rule: 'expected name:value' });
  const name = head[1] ?? '';
  const value = parseValue(part.slice(head[0].length), offset + head[0].length);
  if (!value.ok) return value;
  return objectOf(name, head[2] ?? UNRESERVED, value.value, offset + head[0].length);
}

function objectOf(
  name: string,
  role: string,
  value: ParsedValue,
  position: number,
): Result<Resource, TextError> {
  switch (value.type) {
    case 'TEXT':
      return err({ position, rule: 'expected a decimal >= 0, [ranges] or {set}' });
    case 'SCALAR':
      if (name === 'gpus' && value.milli % 1000 !== 0) {
        return err({ position, rule: 'gpus are whole numbers' });
      }
      return ok({ type: 'SCALAR', name, role, milli: value.milli });
    case 'RANGES':
      return ok({ type: 'RANGES', name, role, ranges: value.ranges });
    case 'SET':
      return ok({ type: 'SET', name, role, items: value.items });
  }
}
