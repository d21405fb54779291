import { err, ok, type Result } from '@ekiden/kernel';

import { fromMilli, toMilli } from './milli.js';
import type { Range } from './ranges.js';
import { resourcesOf, UNRESERVED, type Resource, type Resources } from './resource.js';

/** One resource object as Mesos's JSON shows it: units, not thousandths. */
export interface ResourceJson {
  readonly name: string;
  readonly type: Resource['type'];
  readonly role: string;
  readonly scalar?: { readonly value: number };
  readonly ranges?: { readonly range: readonly Range[] };
  readonly set?: { readonly item: readonly string[] };
}

/** Which element of the array is wrong, and which rule it breaks. */
export interface JsonError {
  readonly index: number;
  readonly rule: string;
}

/** For API answers and remote masters. Rows do not need it: {@link Resources} is plain data. */
export function resourcesToJson(resources: Resources): readonly ResourceJson[] {
  return resources.map((object): ResourceJson => {
    const { name, role } = object;
    switch (object.type) {
      case 'SCALAR':
        return { name, role, type: 'SCALAR', scalar: { value: fromMilli(object.milli) } };
      case 'RANGES':
        return { name, role, type: 'RANGES', ranges: { range: object.ranges } };
      case 'SET':
        return { name, role, type: 'SET', set: { item: object.items } };
    }
  });
}

/** Reads what {@link resourcesToJson} writes; a missing role means unreserved. */
export function resourcesFromJson(json: unknown): Result<Resources, JsonError> {
  if (!Array.isArray(json)) return err({ index: -1, rule: 'expected an array of resources' });
  const objects: Resource[] = [];
  for (const [index, element] of json.entries()) {
    const object = readObject(element);
    if (typeof object === 'string') return err({ index, rule: object });
    objects.push(object);
  }
  return ok(resourcesOf(objects));
}

/** The object, or the rule it breaks. */
function readObject(element: unknown): Resource | string {
  if (!isRecord(element)) return 'a resource is an object';
  const { name, type } = element;
  const role = element['role'] ?? UNRESERVED;
  if (typeof name !== 'string' || name === '') return 'a resource has a name';
  if (typeof role !== 'string' || role === '') return 'a role is a word';
  if (type === 'SCALAR') return readScalar(name, role, element['scalar']);
  if (type === 'RANGES') return readRanges(name, role, element['ranges']);
  if (type === 'SET') return readSet(name, role, element['set']);
  return 'the type is SCALAR, RANGES or SET';
}

function readScalar(name: string, role: string, holder: unknown): Resource | string {
  const value = isRecord(holder) ? holder['value'] : undefined;
  if (
    typeof value !== 'number' ||
    !(value >= 0) ||
    !Number.isSafeInteger(Math.round(value * 1000))
  ) {
    return 'scalar.value is a number >= 0';
  }
  return { type: 'SCALAR', name, role, milli: toMilli(value) };
}

function readRanges(name: string, role: string, holder: unknown): Resource | string {
  const list = isRecord(holder) ? holder['range'] : undefined;
  if (!Array.isArray(list)) return 'ranges.range is an array';
  const ranges: Range[] = [];
  for (const entry of list as readonly unknown[]) {
    if (!isRecord(entry)) return 'a range is an object';
    const { begin, end } = entry;
    if (!isWhole(begin) || !isWhole(end) || begin > end) return 'a range begins before it ends';
    ranges.push({ begin, end });
  }
  return { type: 'RANGES', name, role, ranges };
}

function readSet(name: string, role: string, holder: unknown): Resource | string {
  const list: unknown = isRecord(holder) ? holder['item'] : undefined;
  if (!Array.isArray(list) || !list.every((item) => typeof item === 'string')) {
    return 'set.item is an array of words';
  }
  return { type: 'SET', name, role, items: list };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isWhole(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
