import { isEqual, isPod, isResident, type PodDefinition } from '../app/index.js';
import type { AppChange } from '../deployment/index.js';
import type { Violation } from '../violation.js';

/**
 * What must not change about a pod whose data lies on persistent volumes (marathon-api 7.4);
 * `/pod(n)` counts the pods of the change.
 */
export function reservedPodChanges(changes: readonly AppChange[]): readonly Violation[] {
  const found: Violation[] = [];
  let at = -1;
  for (const { before, after } of changes) {
    if (before === undefined || after === undefined || !isPod(before) || !isPod(after)) continue;
    at += 1;
    if (!isResident(before)) continue;
    for (const message of broken(before, after)) found.push({ path: `/pod(${at})`, message });
  }
  return found;
}

function broken(before: PodDefinition, after: PodDefinition): readonly string[] {
  const found: string[] = [];
  if (!isEqual(volumesOf(before), volumesOf(after))) {
    found.push('persistent volumes cannot be updated');
  }
  for (const name of ['cpus', 'mem', 'disk', 'gpus'] as const) {
    if (before[name] !== after[name]) {
      found.push(`${name} cannot be updated if a pod has persistent volumes`);
    }
  }
  if (!isEqual(hostPortsOf(before), hostPortsOf(after))) {
    found.push('host ports cannot be updated if a pod has persistent volumes');
  }
  return found;
}

function volumesOf({ pod }: PodDefinition): readonly unknown[] {
  return pod.volumes.filter(({ kind }) => kind === 'persistent');
}

function hostPortsOf({ pod }: PodDefinition): readonly number[] {
  return pod.containers
    .flatMap(({ endpoints }) => endpoints.flatMap(({ hostPort }) => hostPort ?? []))
    .sort((a, b) => a - b);
}
