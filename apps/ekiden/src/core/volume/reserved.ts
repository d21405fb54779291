import { assert } from '@ekiden/kernel';
import {
  filterResources,
  isPersistentVolume,
  pushReservation,
  reservationStack,
  resourcesOf,
  type Resource,
  type Resources,
} from '@ekiden/offers';
import type { InstanceId } from '../instance/index.js';

/** Labels Marathon puts on what it reserves; operators' tools know them. */
const FRAMEWORK_LABEL = 'marathon_framework_id';
const INSTANCE_LABEL = 'marathon_task_id';

/** Whose an object in an agent's books is: the instance a reservation was made for. */
function reservationIdOf(object: Resource): string | undefined {
  if (object.reservations === undefined) return undefined;
  return reservationStack(object).at(-1)?.labels?.[INSTANCE_LABEL];
}

/** Free for anybody: not kept for an instance that has its data there. */
export function isUnclaimed(object: Resource): boolean {
  return object.reservations === undefined || reservationIdOf(object) === undefined;
}

/** What is reserved for one instance, its volumes included. */
export function reservedFor(resources: Resources, reservation: InstanceId): Resources {
  return filterResources(resources, (object) => reservationIdOf(object) === reservation);
}

/** Of a reservation: what holds no data. */
export function withoutVolumes(resources: Resources): Resources {
  return filterResources(resources, (object) => !isPersistentVolume(object));
}

/** Resources as they are once they are reserved for an instance. */
export function reservedAs(
  resources: Resources,
  to: { readonly role: string; readonly framework: string; readonly reservation: InstanceId },
): Resources {
  const labels = { [FRAMEWORK_LABEL]: to.framework, [INSTANCE_LABEL]: to.reservation };
  return resourcesOf(
    resources.map((object) => {
      const pushed = pushReservation(object, { type: 'DYNAMIC', role: to.role, labels });
      assert(pushed.ok, `cannot be reserved for ${to.role}`);
      return pushed.value;
    }),
  );
}
