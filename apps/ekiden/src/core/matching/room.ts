import {
  countRanges,
  filterResources,
  subtractResources,
  type Resource,
  type Resources,
} from '@ekiden/offers';
import { SCALARS, type ScalarName } from './needs.js';

/** What of a host an app can use, added up over reservations; amounts in thousandths. */
export interface Usable extends Readonly<Record<ScalarName, number>> {
  /** Whose resources these are. */
  readonly roles: readonly string[];
  readonly resources: Resources;
  /** How many host ports. */
  readonly ports: number;
}

/**
 * What is free on a host while one instance after the other takes its part. Sums per list of roles
 * are kept until something is taken: most instances are compared with many hosts and take one.
 */
export class Room {
  private left: Resources;
  /** Of few lists: nearly all apps take what is for all and for their role. */
  private readonly sums: Usable[] = [];
  private gpus = -1;

  constructor(free: Resources) {
    this.left = free;
  }

  get free(): Resources {
    return this.left;
  }

  /** GPUs of any role that nobody uses. */
  get freeGpus(): number {
    if (this.gpus < 0) this.gpus = sumOf(this.left, 'gpus');
    return this.gpus;
  }

  usableBy(roles: readonly string[]): Usable {
    for (const known of this.sums) if (areSame(known.roles, roles)) return known;
    const usable = addUp(this.left, roles);
    this.sums.push(usable);
    return usable;
  }

  /** That it is there is the caller's promise. */
  take(resources: Resources): void {
    this.left = subtractResources(this.left, resources);
    this.sums.length = 0;
    this.gpus = -1;
  }
}

function areSame(a: readonly string[], b: readonly string[]): boolean {
  if (a === b) return true;
  return a.length === b.length && a.every((role, i) => role === b[i]);
}

function addUp(free: Resources, roles: readonly string[]): Usable {
  const resources = filterResources(free, (object) => isUsable(object, roles));
  const sums = { roles, resources, cpus: 0, mem: 0, disk: 0, gpus: 0, ports: 0 };
  for (const object of resources) {
    if (object.type === 'SCALAR') {
      const name = SCALARS.find((each) => each === object.name);
      if (name !== undefined) sums[name] += object.milli;
    } else if (object.type === 'RANGES' && object.name === 'ports') {
      sums.ports += countRanges(object.ranges);
    }
  }
  return sums;
}

/** What was reserved under labels, volumes and disks of a kind are for those that ask for them. */
function isUsable(object: Resource, roles: readonly string[]): boolean {
  if (!roles.includes(object.role)) return false;
  if (object.disk !== undefined) return false;
  return object.reservations?.some(({ labels }) => labels !== undefined) !== true;
}

function sumOf(free: Resources, name: ScalarName): number {
  let sum = 0;
  for (const object of free) {
    if (object.name === name && object.type === 'SCALAR') sum += object.milli;
  }
  return sum;
}
