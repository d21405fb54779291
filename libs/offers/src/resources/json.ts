import { err, ok, type Result } from '@ekiden/kernel';

import { resourcesOf } from './canonical.js';
import type { DiskInfo } from './disk.js';
import type { DiskJson, ReservationJson, ResourceJson } from './json-form.js';
import { JsonReading, type JsonViolation } from './json-reading.js';
import { readResource } from './json-resource.js';
import { fromMilli } from './milli.js';
import { reservationStack } from './query.js';
import type { Reservation } from './reservation.js';
import { NameTypes } from './resource-rules.js';
import type { Resource, Resources } from './resource.js';

/** The first thing that is wrong, and all of them (100 at most). */
export interface JsonError extends JsonViolation {
  readonly violations: readonly JsonViolation[];
}

const OBJECTS_MAX = 100_000;

/** For API answers and remote masters. Rows do not need it: {@link Resources} is plain data. */
export function resourcesToJson(resources: Resources): readonly ResourceJson[] {
  const objects: ResourceJson[] = [];
  for (const object of resources) {
    const json = toJson(object);
    for (let copy = 0; copy < (object.shared ?? 1); copy += 1) objects.push(json);
  }
  return objects;
}

/**
 * Reads Mesos's v1 JSON, before and after reservation refinement: `reservations`, or `role` with or
 * without `reservation`; where both are given they must agree. A missing role means unreserved,
 * `allocation_info` and members nobody knows are passed over. Finds everything that is wrong.
 */
export function resourcesFromJson(json: unknown): Result<Resources, JsonError> {
  const reading = new JsonReading();
  const objects = readAll(json, reading);
  const [first] = reading.violations;
  if (first !== undefined) return err({ ...first, violations: reading.violations });
  return ok(resourcesOf(objects));
}

function readAll(json: unknown, reading: JsonReading): readonly Resource[] {
  const objects: Resource[] = [];
  if (!Array.isArray(json) || json.length > OBJECTS_MAX) {
    reading.violation(-1, '', `expected an array of at most ${OBJECTS_MAX} resources`);
    return objects;
  }
  const types = new NameTypes();
  for (const [index, element] of json.entries()) {
    if (reading.isFull) break;
    const object = readResource(reading.element(index, element));
    if (object === undefined) continue;
    const rule = types.violation(object);
    if (rule !== undefined) reading.violation(index, '/type', rule);
    objects.push(object);
  }
  return objects;
}

function toJson(object: Resource): ResourceJson {
  const stack = reservationStack(object);
  const { name, role, type, providerId, disk } = object;
  const identity = {
    name,
    role,
    type,
    ...(stack.length > 0 && { reservations: stack.map(reservationToJson) }),
    ...(providerId !== undefined && { provider_id: { value: providerId } }),
    ...(disk !== undefined && { disk: diskToJson(disk) }),
    ...(object.revocable === true && { revocable: {} }),
    ...(object.shared !== undefined && { shared: {} }),
  };
  switch (object.type) {
    case 'SCALAR':
      return { ...identity, scalar: { value: fromMilli(object.milli) } };
    case 'RANGES':
      return { ...identity, ranges: { range: object.ranges } };
    case 'SET':
      return { ...identity, set: { item: object.items } };
  }
}

function reservationToJson({ type, role, principal, labels }: Reservation): ReservationJson {
  const pairs = Object.entries(labels ?? {}).map(([key, value]) => ({ key, value }));
  return {
    type,
    role,
    ...(principal !== undefined && { principal }),
    ...(pairs.length > 0 && { labels: { labels: pairs } }),
  };
}

function diskToJson({ source, persistence, volume }: DiskInfo): DiskJson {
  const { root, ...maker } = source ?? {};
  const place = source?.type === 'MOUNT' ? 'mount' : 'path';
  return {
    ...(source !== undefined && {
      source: { ...maker, type: source.type, ...(root !== undefined && { [place]: { root } }) },
    }),
    ...(persistence !== undefined && { persistence }),
    ...(volume !== undefined && {
      volume: { container_path: volume.containerPath, mode: volume.mode },
    }),
  };
}
