import { toSafeJson } from './safe-text.js';

/** JSON text in parts, which are made one after the other when they are written. */
export class JsonTexts {
  private readonly value: unknown;

  constructor(value: unknown) {
    this.value = value;
  }

  /** Together the text of `toSafeJson`, each part of a bounded number of elements. */
  *texts(): IterableIterator<string> {
    yield* textsOf(this.value);
  }

  toString(): string {
    return [...this.texts()].join('');
  }
}

/** Arrays of more elements than this are written in parts. */
const LONG = 50;

/** How far below a value long arrays are looked for; what is deeper stays in one piece. */
const DEPTH = 4;

/** Whether a value has so long an array in it that its JSON is better written in parts. */
export function isLongJson(value: unknown, depth = DEPTH): boolean {
  if (depth === 0 || typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) {
    return value.length > LONG || value.some((item) => isLongJson(item, depth - 1));
  }
  // Asked of every event: nothing is made of it for that.
  const fields = value as Readonly<Record<string, unknown>>;
  for (const name in fields) if (isLongJson(fields[name], depth - 1)) return true;
  return false;
}

function* textsOf(value: unknown): IterableIterator<string> {
  if (typeof value !== 'object' || value === null || !isLongJson(value)) {
    yield toSafeJson(value) ?? 'null';
  } else if (Array.isArray(value)) {
    yield* arrayTexts(value);
  } else {
    yield* objectTexts(value);
  }
}

function* arrayTexts(values: readonly unknown[]): IterableIterator<string> {
  yield '[';
  for (let at = 0; at < values.length; at += LONG) {
    const part = values.slice(at, at + LONG);
    if (at > 0) yield ',';
    if (part.some((item) => isLongJson(item))) {
      for (const [index, item] of part.entries()) {
        if (index > 0) yield ',';
        yield* textsOf(item);
      }
    } else {
      yield (toSafeJson(part) ?? '[]').slice(1, -1);
    }
  }
  yield ']';
}

function* objectTexts(object: object): IterableIterator<string> {
  let mark = '{';
  for (const [key, value] of Object.entries(object) as [string, unknown][]) {
    if (value === undefined) continue;
    yield `${mark}${toSafeJson(key) ?? ''}:`;
    yield* textsOf(value);
    mark = ',';
  }
  yield mark === '{' ? '{}' : '}';
}
