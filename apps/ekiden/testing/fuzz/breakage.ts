import fc from 'fast-check';

/** One place of a document made wrong. */
export interface Breakage {
  /** Which place, counted through the document and round again. */
  readonly place: number;
  readonly how: 'drop' | 'add' | 'replace';
  readonly value: unknown;
}

const VALUES = [
  null,
  true,
  -1,
  0.5,
  70_000,
  2 ** 31,
  1e300,
  '',
  'x',
  'No_Id!',
  '/a/../..',
  '../../../x',
  '(((',
  'unlimited',
  '\u0000\ud800',
  [],
  [[]],
  [null],
  {},
  { a: { b: { c: [1] } } },
];

export function breakages(): fc.Arbitrary<Breakage> {
  return fc.record({
    place: fc.nat(10_000),
    how: fc.constantFrom('drop', 'add', 'replace', 'replace', 'replace'),
    value: fc.constantFrom(...VALUES),
  });
}

/** The document with one place changed. */
export function broken(document: unknown, { place, how, value }: Breakage): unknown {
  const copy: unknown = structuredClone(document);
  const places = placesOf(copy);
  const chosen = places[place % places.length];
  if (chosen === undefined) return value;
  const { owner, key } = chosen;
  if (how === 'drop') Reflect.deleteProperty(owner, key);
  else if (how === 'replace') owner[key] = value;
  else if (Array.isArray(owner)) owner.push(value);
  else Object.defineProperty(owner, '__proto__', { value, enumerable: true, configurable: true });
  return Array.isArray(owner) && how === 'drop' ? JSON.parse(JSON.stringify(copy)) : copy;
}

interface Place {
  readonly owner: Record<PropertyKey, unknown>;
  readonly key: string;
}

function placesOf(value: unknown): readonly Place[] {
  if (typeof value !== 'object' || value === null) return [];
  const owner = value as Record<PropertyKey, unknown>;
  return Object.keys(owner).flatMap((key) => [{ owner, key }, ...placesOf(owner[key])]);
}
