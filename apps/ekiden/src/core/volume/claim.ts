import { assert, err, ok, type Chance, type Result } from '@ekiden/kernel';
import {
  addResources,
  applyConversions,
  createVolumes,
  filterResources,
  isPersistentVolume,
  isRevocable,
  NO_RESOURCES,
  rangesOf,
  reserveAs,
  resourcesOf,
  scalarOf,
  subtractResources,
  takePorts,
  toMilli,
  withoutVolume,
  type Milli,
  type Resource,
  type Resources,
} from '@ekiden/offers';
import { hostPortDemand, type AppDefinition } from '../app/index.js';
import type { InstanceReservation } from '../instance/index.js';
import { isUnclaimed, reservedAs, reservedFor, withoutVolumes } from './reserved.js';
import { uuidOf, type Volume } from './volume.js';

/** What is done to an offer so that an instance can be launched on its own resources and data. */
export interface Claim {
  /** As it is to be reserved; empty when all of it is already. */
  readonly reserve: Resources;
  /** Volumes to be made of what is reserved. */
  readonly create: Resources;
  /** All that the task uses, its volumes included. */
  readonly use: Resources;
  /** By entry of the app's ports; `undefined` = that entry needs none. */
  readonly hostPorts: readonly (number | undefined)[];
}

/** For whom resources are reserved. */
export interface Claimant {
  readonly role: string;
  readonly framework: string;
  readonly reservation: InstanceReservation['id'];
}

/** A volume's row, and the free disk it is made of. */
export interface NewVolume {
  readonly volume: Volume;
  readonly disk: Resource;
}

/** The claim of an instance that has nothing yet, on what matching took for it. */
export function freshClaim(
  taken: Resources,
  volumes: readonly NewVolume[],
  hostPorts: readonly (number | undefined)[],
  claimant: Claimant,
): Claim {
  const disks = resourcesOf(volumes.map(({ disk }) => disk));
  const create = resourcesOf(volumes.map((each) => volumeAs(each, claimant)));
  const reserve = reservedAs(addResources(taken, disks), claimant);
  const use = addResources(reservedAs(taken, claimant), create);
  return { reserve, create, use, hostPorts };
}

/** Why an offer of an instance's own agent does not bring it back yet, in words. */
export type ReturnRefusal = string;

/**
 * The claim of an instance that returns to its data: what is reserved for it there, and what is
 * missing of that because the agent has said something else of itself meanwhile, or because its app
 * was deleted and is here again (ADR 0043).
 */
export function returningClaim(input: {
  readonly app: AppDefinition;
  readonly volumes: readonly Volume[];
  readonly reservation: InstanceReservation;
  readonly offered: Resources;
  readonly framework: string;
  readonly chance: Chance;
}): Result<Claim, ReturnRefusal> {
  const { app, volumes, reservation, offered, framework, chance } = input;
  const claimant = { role: reservation.role, framework, reservation: reservation.id };
  const own = reservedFor(offered, reservation.id);
  let open = filterResources(offered, (object) => isFreeForAll(object));
  const missing: Resource[] = [];
  for (const name of SCALARS) {
    const short = toMilli(app[name]) - scalarOf(withoutVolumes(own), name);
    if (short <= 0) continue;
    const found = open.find((object) => object.name === name && object.disk === undefined);
    if (found?.type !== 'SCALAR' || found.milli < short) return err(`${name} are not free there`);
    missing.push({ ...found, milli: short as Milli });
  }
  open = subtractResources(open, resourcesOf(missing));
  const made: NewVolume[] = [];
  for (const volume of volumes) {
    const id = uuidOf(volume.id);
    if (own.some(({ disk }) => disk?.persistence?.id === id)) continue;
    const disk = diskOf(open, volume);
    if (disk === undefined) return err(`the disk of ${volume.id} is not free there`);
    open = subtractResources(open, resourcesOf([disk]));
    made.push({ volume, disk });
  }
  const ports = portsOf(app, reservation, { own, open }, chance);
  if (!ports.ok) return ports;
  const taken = addResources(resourcesOf(missing), ports.value.taken);
  const more = freshClaim(taken, made, ports.value.hostPorts, claimant);
  return ok({ ...more, use: addResources(own, more.use) });
}

const SCALARS = ['cpus', 'mem', 'disk', 'gpus'] as const;

/** What may be reserved: nobody's, and not to be taken away again. */
function isFreeForAll(object: Resource): boolean {
  return object.role === '*' && isUnclaimed(object) && !isRevocable(object);
}

function diskOf(open: Resources, { size, disk: source }: Volume): Resource | undefined {
  for (const object of open) {
    if (object.name !== 'disk' || object.type !== 'SCALAR' || isPersistentVolume(object)) continue;
    if (object.disk?.source?.type !== source?.type) continue;
    if (object.disk?.source?.root !== source?.root) continue;
    const whole = source?.type === 'MOUNT';
    if (whole ? object.milli === size : object.milli >= size) return { ...object, milli: size };
  }
  return undefined;
}

/** The ports it had; where they are not reserved any more, others that it may have. */
function portsOf(
  app: AppDefinition,
  { hostPorts: had }: InstanceReservation,
  { own, open }: { readonly own: Resources; readonly open: Resources },
  chance: Chance,
): Result<
  { readonly taken: Resources; readonly hostPorts: readonly (number | undefined)[] },
  ReturnRefusal
> {
  const demand = hostPortDemand(app);
  const ranges = rangesOf(own, 'ports');
  const isOwn = (port: number): boolean =>
    ranges.some(({ begin, end }) => begin <= port && port <= end);
  const known = had?.map((port) => port ?? undefined);
  if (known?.every((port) => port === undefined || isOwn(port)) === true) {
    return ok({ taken: NO_RESOURCES, hostPorts: known });
  }
  const fixed = demand.flatMap((entry) => (entry.kind === 'fixed' ? [entry.port] : []));
  const random = demand.filter(({ kind }) => kind === 'any').length;
  const ports = takePorts(open, { fixed: [...new Set(fixed)], random }, chance);
  if (!ports.ok) return err('host ports are not free there');
  const drawn = [...ports.value.random];
  const hostPorts = demand.map((entry) => {
    if (entry.kind === 'fixed') return entry.port;
    return entry.kind === 'any' ? drawn.shift() : undefined;
  });
  return ok({ taken: ports.value.resources, hostPorts });
}

function volumeAs({ volume, disk }: NewVolume, claimant: Claimant): Resource {
  const [reserved] = reservedAs(resourcesOf([disk]), claimant);
  const { disk: bare, ...rest } = withoutVolume(reserved ?? disk);
  return {
    ...rest,
    disk: {
      ...(bare?.source === undefined ? {} : { source: bare.source }),
      persistence: { id: uuidOf(volume.id) },
      volume: { containerPath: volume.containerPath, mode: 'RW' },
    },
  };
}

/** What an offer still holds after a claim on it, reckoned as the master does. */
export function leftAfter(offered: Resources, { reserve, create, use }: Claim): Resources {
  const steps = [
    ...(reserve.length === 0 ? [] : [reserveAs(reserve)]),
    ...(create.length === 0 ? [] : [createVolumes(create)]),
  ];
  let left = offered;
  for (const step of steps) {
    assert(step.ok, 'a claim can be carried out');
    const after = applyConversions(left, step.value);
    assert(after.ok, 'a claim is for what was offered');
    left = after.value;
  }
  return subtractResources(left, use);
}
