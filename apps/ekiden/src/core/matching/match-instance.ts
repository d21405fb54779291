import { assert, err, ok, type Chance, type Result } from '@ekiden/kernel';
import {
  addResources,
  attributeText,
  containsRanges,
  filterResources,
  rangesOf,
  resourcesOf,
  takePorts,
  type Attribute,
  type Milli,
  type PortShortage,
  type Resource,
  type Resources,
} from '@ekiden/offers';
import { chooseDisks, isUnclaimed, type ChosenDisk, type DiskShortage } from '../volume/index.js';
import type { ConstraintTable } from './constraint-table.js';
import { SCALARS, type Needs, type ScalarName } from './needs.js';
import type { Place } from './place.js';
import type { Refusal } from './refusal.js';
import { Room, type Usable } from './room.js';

/** Attribute by which an agent says what kinds of tasks it runs: `executors:{docker,process}`. */
export const EXECUTORS_ATTRIBUTE = 'executors';

/** What a match takes from a host. */
export interface Match {
  readonly resources: Resources;
  /** Allocated host ports by entry of the app's ports; `undefined` = that entry needs none. */
  readonly hostPorts: readonly (number | undefined)[];
  /** For apps with persistent volumes: where each is to lie; not part of `resources`. */
  readonly disks?: readonly ChosenDisk[];
}

export interface MatchInput {
  readonly needs: Needs;
  readonly place: Place;
  /** What is free there. */
  readonly free: Resources;
  readonly constraints: ConstraintTable;
  readonly chance: Chance;
}

/**
 * Whether one more instance of an app fits on a host, and what exactly it takes; or the first rule
 * that refuses.
 */
export function matchInstance(input: MatchInput): Result<Match, Refusal> {
  const room = new Room(input.free);
  const refusal = refusalOf(input.needs, input.place, room, input.constraints);
  return refusal === undefined ? ok(takeFrom(room, input.needs, input.chance)) : err(refusal);
}

/**
 * The first rule by which a host refuses one more instance, in Marathon's order of questions
 * (marathon-behaviour 4.1); `undefined` when it fits.
 */
export function refusalOf(
  needs: Needs,
  place: Place,
  room: Room,
  constraints: ConstraintTable | undefined,
): Refusal | undefined {
  if (needs.obstacle !== undefined) return { by: 'pod', obstacle: needs.obstacle };
  const usable = room.usableBy(needs.roles);
  if (usable.resources.length === 0) return { by: 'role', accepted: needs.roles };
  if (!executorsOf(place.attributes).includes(needs.executor)) {
    return { by: 'executor', wanted: needs.executor, offered: executorsOf(place.attributes) };
  }
  const broken = constraints?.broken(place);
  if (broken !== undefined) return { by: 'constraint', ...broken };
  const short = shortScalar(needs.scalars, usable);
  if (short !== undefined) return short;
  const shortage = portShortage(needs, usable);
  if (shortage !== undefined) return { by: 'ports', shortage };
  const disks = disksFor(needs, room.free, true);
  if (!disks.ok) return { by: 'volume', ...disks.error };
  if (needs.sparesGpus && room.freeGpus > 0) {
    return { by: 'scarceGpus', offered: room.freeGpus as Milli };
  }
  return undefined;
}

/** The kinds an agent says it runs at present. */
export function executorsOf(attributes: readonly Attribute[]): readonly string[] {
  for (const attribute of attributes) {
    if (attribute.name !== EXECUTORS_ATTRIBUTE) continue;
    return attribute.type === 'SET' ? attribute.items : [attributeText(attribute)];
  }
  return [];
}

function shortScalar(wanted: Needs['scalars'], usable: Usable): Refusal | undefined {
  // Asked of a thousand hosts for one that is launched on: one comparison each, written out.
  const { cpus, mem, disk, gpus } = wanted;
  const fits =
    cpus <= usable.cpus && mem <= usable.mem && disk <= usable.disk && gpus <= usable.gpus;
  if (fits) return undefined;
  for (const name of SCALARS) {
    const offered = usable[name] as Milli;
    if (wanted[name] > offered) return { by: name, wanted: wanted[name], offered };
  }
  return undefined;
}

function portShortage(needs: Needs, usable: Usable): PortShortage | undefined {
  const { fixedPorts, anyPorts } = needs;
  if (fixedPorts.length + anyPorts === 0) return undefined;
  if (fixedPorts.length > 0) {
    const ranges = rangesOf(usable.resources, 'ports');
    const taken = fixedPorts.find((port) => !containsRanges(ranges, [{ begin: port, end: port }]));
    if (taken !== undefined) return { kind: 'portTaken', port: taken };
  }
  const available = usable.ports - fixedPorts.length;
  if (available >= anyPorts) return undefined;
  return { kind: 'tooFewPorts', wanted: anyPorts, available };
}

/** Takes what an instance needs; that it is there is the caller's promise. */
export function takeFrom(room: Room, needs: Needs, chance: Chance): Match {
  const usable = room.usableBy(needs.roles).resources;
  const scalars = takeScalars(usable, needs.scalars);
  const { ports: demand, fixedPorts, anyPorts } = needs;
  if (fixedPorts.length + anyPorts === 0) {
    room.take(scalars);
    const hostPorts = demand.map(() => undefined);
    return withDisks({ resources: scalars, hostPorts }, room, needs);
  }
  const taken = takePorts(usable, { fixed: fixedPorts, random: anyPorts }, chance);
  assert(taken.ok, 'the ports are there');
  const resources = addResources(scalars, taken.value.resources);
  room.take(resources);
  let next = 0;
  const hostPorts = demand.map((entry) => {
    if (entry.kind === 'none') return undefined;
    if (entry.kind === 'fixed') return entry.port;
    next += 1;
    return taken.value.random[next - 1];
  });
  return withDisks({ resources, hostPorts }, room, needs);
}

/** Disks for what an instance keeps, beside what else it takes. */
function withDisks(match: Match, room: Room, needs: Needs): Match {
  if (needs.volumes.length === 0) return match;
  const disks = disksFor(needs, room.free, false);
  assert(disks.ok, 'the disks are there');
  room.take(resourcesOf(disks.value.map(({ disk }) => disk)));
  return { ...match, disks: disks.value };
}

/** `whole`: what the instance takes of the root disk beside its volumes is still to come off. */
function disksFor(
  { volumes, scalars, roles }: Needs,
  free: Resources,
  whole: boolean,
): Result<readonly ChosenDisk[], DiskShortage> {
  if (volumes.length === 0) return ok([]);
  const disks = filterResources(
    free,
    (object) => object.name === 'disk' && roles.includes(object.role) && isUnclaimed(object),
  );
  const other = whole ? scalars.disk : 0;
  const left = disks.map((object) =>
    object.disk === undefined && object.type === 'SCALAR'
      ? { ...object, milli: Math.max(0, object.milli - other) as Milli }
      : object,
  );
  return chooseDisks(resourcesOf(left), volumes);
}

/** From all reservations of a name, in the order in which the bag has them. */
function takeScalars(from: Resources, wanted: Needs['scalars']): Resources {
  const missing: Record<ScalarName, number> = { ...wanted };
  const taken: Resource[] = [];
  for (const object of from) {
    if (object.type !== 'SCALAR') continue;
    const name = SCALARS.find((each) => each === object.name);
    if (name === undefined) continue;
    const part = Math.min(missing[name], object.milli);
    if (part <= 0) continue;
    missing[name] -= part;
    taken.push(part === object.milli ? object : { ...object, milli: part as Milli });
  }
  return taken as readonly Resource[] as Resources;
}
