import { intervals, scalar, words, type Identity } from './build.js';
import { DISK_SOURCE_TYPES, type DiskInfo, type DiskSource } from './disk.js';
import type { JsonMember } from './json-reading.js';
import { toMilli, type Milli } from './milli.js';
import type { Range } from './ranges.js';
import { UNRESERVED, type Reservation } from './reservation.js';
import { identityViolation, isWholeGpus } from './resource-rules.js';
import { stackViolation } from './reserve.js';
import type { Resource } from './resource.js';

const TYPES = ['SCALAR', 'RANGES', 'SET'] as const;
const RESERVATION_TYPES = ['STATIC', 'DYNAMIC'] as const;

/** One element of the array; `undefined` when there is nothing to add up, which has been noted. */
export function readResource(element: JsonMember): Resource | undefined {
  if (element.object('a resource is an object') === undefined) return undefined;
  const name = element.at('name').word('a resource has a name');
  const type = element.at('type').oneOf(TYPES);
  const stack = readStack(element);
  const providerId = readProvider(element.at('provider_id'));
  const disk = readDisk(element.at('disk'));
  const identity: Identity = {
    name: name ?? '',
    role: stack.at(-1)?.role ?? UNRESERVED,
    ...(stack.length > 0 && { reservations: stack }),
    ...(disk !== undefined && { disk }),
    ...(isMarked(element.at('revocable')) && { revocable: true }),
    ...(isMarked(element.at('shared')) && { shared: 1 }),
    ...(providerId !== undefined && { providerId }),
  };
  const object = type === undefined ? undefined : readValue(element, identity, type);
  if (name === undefined || object === undefined) return undefined;
  const rule = identityViolation(object);
  if (rule !== undefined) element.fail(rule);
  return object;
}

function readValue(
  element: JsonMember,
  identity: Identity,
  type: Resource['type'],
): Resource | undefined {
  switch (type) {
    case 'SCALAR': {
      const milli = readScalar(element.at('scalar').at('value'), identity.name);
      return milli === undefined ? undefined : scalar(identity, milli);
    }
    case 'RANGES': {
      const ranges = readRanges(element.at('ranges').at('range'));
      return ranges && intervals(identity, ranges);
    }
    case 'SET': {
      const items = element.at('set').at('item').items('set.item is an array of words');
      const texts = items?.map((item) => item.text('an item of a set is a text'));
      return (
        texts &&
        words(
          identity,
          texts.filter((text) => text !== undefined),
        )
      );
    }
  }
}

function readScalar(member: JsonMember, name: string): Milli | undefined {
  const { value } = member;
  if (typeof value !== 'number' || !isAmount(value)) {
    member.fail('scalar.value is a number >= 0');
    return undefined;
  }
  const milli = toMilli(value);
  if (!isWholeGpus(name, milli)) member.fail('gpus are whole numbers');
  return milli;
}

function readRanges(member: JsonMember): readonly Range[] | undefined {
  const ranges: Range[] = [];
  const items = member.items('ranges.range is an array');
  for (const item of items ?? []) {
    const begin = item.at('begin').value;
    const end = item.at('end').value;
    if (!isWhole(begin) || !isWhole(end) || begin > end) {
      item.fail('a range has whole numbers begin <= end');
    } else {
      ranges.push({ begin, end });
    }
  }
  return items && ranges;
}

/** The stack of `reservations`, or what `role` and `reservation` said before refinement. */
function readStack(element: JsonMember): readonly Reservation[] {
  const role = element.at('role').isAbsent
    ? undefined
    : element.at('role').word('a role is a word');
  if (element.at('reservations').isAbsent) return readLegacyStack(element, role ?? UNRESERVED);
  const levels = element.at('reservations').items('reservations is an array') ?? [];
  const stack = levels.map(readLevel).filter((level) => level !== undefined);
  const top = stack.at(-1)?.role ?? UNRESERVED;
  if (role !== undefined && stack.length === levels.length && role !== top) {
    element.at('role').fail(`the role is that of the last reservation, ${top}`);
  }
  return stack;
}

function readLegacyStack(element: JsonMember, role: string): readonly Reservation[] {
  const reservation = element.at('reservation');
  if (!reservation.isAbsent) {
    reservation.object('a reservation is an object');
    if (role === UNRESERVED) reservation.fail('nothing can be reserved for *');
    return role === UNRESERVED ? [] : [{ type: 'DYNAMIC', role, ...readClaim(reservation) }];
  }
  if (role === UNRESERVED) return [];
  const rule = stackViolation([{ type: 'STATIC', role }]);
  if (rule !== undefined) element.at('role').fail(rule);
  return [{ type: 'STATIC', role }];
}

function readLevel(member: JsonMember): Reservation | undefined {
  if (member.object('a reservation is an object') === undefined) return undefined;
  const type = member.at('type').oneOf(RESERVATION_TYPES);
  const role = member.at('role').word('a reservation has a role');
  const claim = readClaim(member);
  return type === undefined || role === undefined ? undefined : { type, role, ...claim };
}

function readClaim(member: JsonMember): Pick<Reservation, 'principal' | 'labels'> {
  const principal = member.at('principal').text('a principal is a text');
  const labels = readLabels(member.at('labels'));
  return { ...(principal !== undefined && { principal }), ...(labels && { labels }) };
}

function readLabels(holder: JsonMember): Readonly<Record<string, string>> | undefined {
  if (holder.isAbsent) return undefined;
  const labels = new Map<string, string>();
  for (const label of holder.at('labels').items('labels is {labels: [{key, value}]}') ?? []) {
    const key = label.at('key').text('the key of a label is a text');
    if (key === undefined || labels.has(key)) label.fail('labels have keys, each once');
    labels.set(key ?? '', label.at('value').text('the value of a label is a text') ?? '');
  }
  return labels.size === 0 ? undefined : Object.fromEntries(labels);
}

function readProvider(member: JsonMember): string | undefined {
  return member.isAbsent ? undefined : member.at('value').word('a provider has an id');
}

function readDisk(member: JsonMember): DiskInfo | undefined {
  if (member.isAbsent || member.object('a disk is an object') === undefined) return undefined;
  const source = readSource(member.at('source'));
  const persistence = member.at('persistence');
  const volume = member.at('volume');
  const id = persistence.isAbsent ? undefined : persistence.at('id').word('a volume has an id');
  const principal = persistence.at('principal').text('a principal is a text');
  const path = volume.isAbsent ? undefined : volume.at('container_path').word('a mount has a path');
  const mode = volume.isAbsent ? undefined : volume.at('mode').oneOf(['RW', 'RO']);
  if (!volume.at('host_path').isAbsent) {
    volume.at('host_path').fail('a persistent volume has no host path');
  }
  return {
    ...(source && { source }),
    ...(id !== undefined && {
      persistence: { id, ...(principal !== undefined && { principal }) },
    }),
    ...(path !== undefined && mode !== undefined && { volume: { containerPath: path, mode } }),
  };
}

function readSource(member: JsonMember): DiskSource | undefined {
  if (member.isAbsent) return undefined;
  const type = member.at('type').oneOf(DISK_SOURCE_TYPES);
  const place = member.at(type === 'MOUNT' ? 'mount' : 'path');
  const root = place.at('root').text('a root is a path');
  const id = member.at('id').text('an id is a text');
  const profile = member.at('profile').text('a profile is a text');
  const vendor = member.at('vendor').text('a vendor is a text');
  return (
    type && {
      type,
      ...(root !== undefined && { root }),
      ...(id !== undefined && { id }),
      ...(profile !== undefined && { profile }),
      ...(vendor !== undefined && { vendor }),
    }
  );
}

/** An empty object says that it is so. */
function isMarked(member: JsonMember): boolean {
  return !member.isAbsent && member.object('expected {}') !== undefined;
}

function isAmount(value: number): boolean {
  return value >= 0 && Number.isSafeInteger(Math.round(value * 1000));
}

function isWhole(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
