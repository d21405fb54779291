import type { SharedFolder, TaskSpec } from '@ekiden/host';
import type { Mount } from './container-config.js';
import { containerName } from './container-names.js';
import type { Engine } from './engine.js';
import { placeOf } from './sandbox-place.js';

/** Names of the engine's volumes that the task has in common with others of its group. */
export function sharedVolumes(spec: TaskSpec): readonly string[] {
  const own = (spec.shared ?? []).filter(({ hostPath }) => hostPath === undefined);
  return [...new Set(own.map((folder) => volumeName(spec, folder)))];
}

/** Made with the first container that mounts it. */
export function sharedMounts(spec: TaskSpec): readonly Mount[] {
  return (spec.shared ?? []).flatMap((folder): readonly Mount[] => {
    if (folder.hostPath !== undefined) return [];
    const Source = volumeName(spec, folder);
    return [{ Type: 'volume', Source, Target: placeOf(folder.path), ReadOnly: folder.readOnly }];
  });
}

export function sharedBinds(spec: TaskSpec): readonly string[] {
  return (spec.shared ?? []).flatMap((folder) => {
    const { hostPath, readOnly } = folder;
    if (hostPath === undefined) return [];
    return [`${hostPath}:${placeOf(folder.path)}:${readOnly ? 'ro' : 'rw'}`];
  });
}

/** The last container of a group takes them with it: until then the engine refuses to remove them. */
export async function removeShared(engine: Engine, volumes: readonly string[]): Promise<void> {
  for (const name of volumes) await engine.removeVolume(name);
}

function volumeName({ group, taskId }: TaskSpec, { name }: SharedFolder): string {
  return `${containerName(group?.taskId ?? taskId)}.${name}`;
}
