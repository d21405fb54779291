import type { Document } from '../tree/index.js';

export function isDocument(value: unknown): value is Document {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The object at this place, or an empty one. */
export function objectAt(value: unknown, ...names: readonly string[]): Document {
  let at = value;
  for (const name of names) at = isDocument(at) ? at[name] : undefined;
  return isDocument(at) ? at : {};
}

export function listAt(value: unknown, ...names: readonly string[]): readonly unknown[] {
  const last = names.at(-1);
  const list = last === undefined ? value : objectAt(value, ...names.slice(0, -1))[last];
  return Array.isArray(list) ? (list as readonly unknown[]) : [];
}

/** Says nothing: absent, null, empty. */
export function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return true;
  if (Array.isArray(value)) return value.length === 0;
  return isDocument(value) && Object.keys(value).length === 0;
}

export function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** A value in a sentence. */
export function brief(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length <= 60 ? text : `${text.slice(0, 59)}…`;
}

export function without(document: Document, ...names: readonly string[]): Document {
  return Object.fromEntries(Object.entries(document).filter(([name]) => !names.includes(name)));
}
