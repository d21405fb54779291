import { formatMilli, resourcesOf, toMilli } from '../../src/resources/index.js';
import type { Quantities, Range, Resource, Resources } from '../../src/resources/index.js';

const NAMES: Readonly<Record<string, string>> = {
  c: 'cpus',
  m: 'mem',
  d: 'disk',
  g: 'gpus',
  p: 'ports',
};

const WORD =
  /^([cmdgp])((?:\([^)]*\))*)(\{REV\})?([\d.]+|\[[^\]]*\])(?:(#|:)([A-Za-z0-9]+)(\*)?)?$/;

/**
 * Resources in a scenario's shorthand: `c2 m1024 p[31000-31009]`, reserved `c(eng)1`, refined
 * `c(eng)(eng/web)1`, revocable `c{REV}1`, a mounted disk `d100:MOUNT`, a persistent volume
 * `d(eng)5#id`, the same shared `d(eng)5#id*`.
 */
export function bag(text: string): Resources {
  const words = text.split(' ').filter((word) => word !== '');
  return resourcesOf(words.map(objectOf));
}

/** The inverse of {@link bag}. */
export function bagText(resources: Resources): string {
  return resources.map(wordOf).join(' ');
}

/** Scalar amounts by name: `c2 m1024`. Zeros stay: a limit of 0 is a limit. */
export function amounts(text: string): Quantities {
  const entries = text
    .split(' ')
    .filter((word) => word !== '')
    .map((word) => ({
      name: NAMES[word.charAt(0)] ?? word.charAt(0),
      milli: toMilli(Number(word.slice(1))),
    }));
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries as readonly (typeof entries)[number][] as Quantities;
}

function objectOf(word: string): Resource {
  const [, letter = '', stack = '', revocable, value = '', mark, id = '', star] =
    WORD.exec(word) ?? [];
  const name = NAMES[letter];
  if (name === undefined) throw new Error(`${word} is no resource`);
  const roles = [...stack.matchAll(/\(([^)]*)\)/g)].map((match) => match[1] ?? '');
  const base = {
    name,
    role: roles.at(-1) ?? '*',
    ...(roles.length > 1 && { reservations: roles.map(levelOf) }),
    ...(revocable !== undefined && { revocable: true as const }),
    ...(star !== undefined && { shared: 1 }),
  };
  if (value.startsWith('[')) return { ...base, type: 'RANGES', ranges: rangesOf(value) };
  const milli = toMilli(Number(value));
  if (mark === undefined) return { ...base, type: 'SCALAR', milli };
  if (mark === ':') return { ...base, type: 'SCALAR', milli, disk: { source: { type: 'MOUNT' } } };
  const disk = { persistence: { id }, volume: { containerPath: id, mode: 'RW' as const } };
  return { ...base, type: 'SCALAR', milli, disk };
}

function levelOf(role: string, index: number): { type: 'STATIC' | 'DYNAMIC'; role: string } {
  return { type: index === 0 ? 'STATIC' : 'DYNAMIC', role };
}

function rangesOf(text: string): readonly Range[] {
  return text
    .slice(1, -1)
    .split(',')
    .map((range) => {
      const [begin, end] = range.split('-').map(Number);
      return { begin: begin ?? 0, end: end ?? begin ?? 0 };
    });
}

function wordOf(object: Resource): string {
  const { name, role, reservations, revocable, disk, shared } = object;
  const letter = Object.keys(NAMES).find((key) => NAMES[key] === name) ?? name;
  const roles = reservations?.map((level) => level.role) ?? (role === '*' ? [] : [role]);
  const head = [letter, ...roles.map((each) => `(${each})`), revocable === true ? '{REV}' : ''];
  const id = disk?.persistence?.id;
  const tail = id === undefined ? '' : `#${id}${shared === undefined ? '' : '*'}`;
  const mount = disk?.source === undefined ? '' : `:${disk.source.type}`;
  return `${head.join('')}${valueOf(object)}${tail}${mount}`;
}

function valueOf(object: Resource): string {
  switch (object.type) {
    case 'SCALAR':
      return formatMilli(object.milli);
    case 'RANGES':
      return `[${object.ranges.map(({ begin, end }) => `${begin}-${end}`).join(',')}]`;
    case 'SET':
      return `{${object.items.join(',')}}`;
  }
}
