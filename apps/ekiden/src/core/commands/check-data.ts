import {
  ROOT_ID,
  hostPortDemand,
  isEqual,
  isPod,
  isResident,
  ownedVolumes,
  type AppDefinition,
  type PathId,
} from '../app/index.js';
import type { AppChange } from '../deployment/index.js';
import { executorOf } from '../matching/index.js';
import { appsBelow, type Tree } from '../group/index.js';
import type { Violation } from '../violation.js';

const CREATE_ANEW = 'If you need to make this change, please create a new service.';
const FIXED = `Services with persistent volumes configured may not change resource requirements. ${CREATE_ANEW}`;
const FIXED_PORTS = `Services with persistent volumes configured may not change host ports. ${CREATE_ANEW}`;

const OTHER_STORAGE = `Data of processes and of containers lies in different places: services with persistent volumes configured may not change from one to the other. ${CREATE_ANEW}`;

/**
 * What instances that keep data hold reservations for never changes (marathon-api 7.4). Changes
 * are named by their position (`/app(0)`), as Marathon names them.
 */
export function reservedChanges(changes: readonly AppChange[]): readonly Violation[] {
  const found: Violation[] = [];
  changes.forEach(({ before, after }, index) => {
    if (before === undefined || after === undefined) return;
    if (!isResident(before) && !isResident(after)) return;
    // Pods have words of their own (check-pod-data.ts).
    if (isPod(before)) return;
    const at = `/app(${index})`;
    if (!isEqual(persistentVolumes(before), persistentVolumes(after))) {
      found.push({ path: at, message: 'Persistent volumes can not be changed!' });
    }
    if (executorOf(before) !== executorOf(after)) {
      found.push({ path: at, message: OTHER_STORAGE });
    }
    for (const field of ['cpus', 'mem', 'disk', 'gpus', 'requirePorts'] as const) {
      if (before[field] !== after[field]) found.push({ path: `${at}/${field}`, message: FIXED });
    }
    if (!isEqual(hostPortDemand(before), hostPortDemand(after))) {
      found.push({ path: at, message: FIXED_PORTS });
    }
  });
  return found;
}

function persistentVolumes({ container }: AppDefinition): readonly unknown[] {
  return (container?.volumes ?? []).filter(({ kind }) => kind === 'persistent');
}

/** A volume of an external provider that is not shared belongs to one app (marathon-api 7.2). */
export function contestedVolumes(
  target: Tree,
  changes: readonly AppChange[],
  pathOf: (id: PathId) => string,
): readonly Violation[] {
  const wanted: { readonly id: PathId; readonly name: string; readonly at: string }[] = [];
  for (const { id, after } of changes) {
    if (after === undefined) continue;
    for (const volume of ownedVolumes(after)) wanted.push({ id, ...volume });
  }
  if (wanted.length === 0) return [];
  const owners = new Map<string, PathId[]>();
  for (const app of appsBelow(target, ROOT_ID)) {
    for (const { name } of ownedVolumes(app)) {
      const known = owners.get(name);
      if (known === undefined) owners.set(name, [app.id]);
      else known.push(app.id);
    }
  }
  return wanted.flatMap(({ id, name, at }) => {
    const others = (owners.get(name) ?? []).filter((owner) => owner !== id);
    if (others.length === 0) return [];
    const message =
      `Volume name '${name}' in ${id} conflicts with volume(s) of same name in app(s): ` +
      others.join(', ');
    return [{ path: pathOf(id) + at, message }];
  });
}
