import type { Milli } from './milli.js';
import { stackViolation } from './reserve.js';
import type { Resource } from './resource.js';

/*
 * What a resource object must be, whichever form it is read from. Only shape: whether a volume may
 * be made or a reservation taken back is the operations' business.
 */

const KNOWN: readonly (readonly [string, Resource['type']])[] = [
  ['cpus', 'SCALAR'],
  ['gpus', 'SCALAR'],
  ['mem', 'SCALAR'],
  ['disk', 'SCALAR'],
  ['ports', 'RANGES'],
];

const NAMES = new Map(KNOWN.map(([name]) => [name, name]));

/**
 * The name itself; of a known one always the very same string. Names are compared all the time, and
 * each that is cut out of a text would be another string to look into.
 */
export function sameName(name: string): string {
  return NAMES.get(name) ?? name;
}

/** A name has one type: the known ones theirs, any other that of its first object. */
export class NameTypes {
  private readonly types = new Map(KNOWN);

  violation(object: Resource): string | undefined {
    const { name, type } = object;
    const expected = this.types.get(name);
    if (expected === type) return undefined;
    if (expected !== undefined) return `${name} is of type ${expected}, not ${type}`;
    this.types.set(name, type);
    return undefined;
  }
}

/** The rule the name, stack, disk or sharing of an object breaks, or `undefined`. */
export function identityViolation(object: Resource): string | undefined {
  const { disk, reservations } = object;
  if (object.name === '') return 'a resource has a name';
  if (object.providerId === '') return 'a provider has an id';
  if (disk !== undefined) {
    if (object.type !== 'SCALAR' || object.name !== 'disk') return 'only disk has a disk';
    if (disk.persistence?.id === '') return 'a volume has an id';
    if (disk.volume !== undefined && disk.persistence === undefined) {
      return 'only a persistent volume is seen by tasks';
    }
  }
  if (object.shared !== undefined && disk?.persistence === undefined) {
    return 'only persistent volumes are shared';
  }
  return reservations === undefined ? undefined : stackViolation(reservations);
}

/** Gpus are given whole only. */
export function isWholeGpus(name: string, amount: Milli): boolean {
  return name !== 'gpus' || amount % 1000 === 0;
}
