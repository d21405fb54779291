import { Failure, pathOf, type App, type PodStatus } from '../client/index.js';
import type { Call } from './call.js';

/**
 * A task by its id, or the newest one of an app by that of the app: one that runs, else the last that
 * failed. Of a pod it is the first container of the newest instance, or the one named behind `::`.
 */
export async function taskNamed(call: Call, given: string): Promise<string> {
  if (!given.startsWith('/')) return given;
  const { client } = call;
  const [id = '', container] = given.split('::', 2);
  const pod = await client.find<PodStatus>(`${pathOf('/v2/pods', id)}::status`);
  if (pod !== undefined) return containerNamed(pod, container);
  const { app } = await client.get<{ readonly app: App }>(pathOf('/v2/apps', given), {
    embed: ['app.tasks', 'app.lastTaskFailure'],
  });
  const [newest] = [...(app.tasks ?? [])].sort((a, b) =>
    (b.startedAt ?? '').localeCompare(a.startedAt ?? ''),
  );
  const task = newest?.id ?? app.lastTaskFailure?.taskId;
  if (task === undefined) {
    throw new Failure(`${app.id} has no tasks`, [`ask why: ekiden why ${given}`]);
  }
  return task;
}

function containerNamed({ id, instances = [] }: PodStatus, name: string | undefined): string {
  const [containers = []] = instances
    .map((instance) => (instance.containers ?? []).filter((one) => one.containerId !== undefined))
    .filter((started) => started.length > 0)
    .reverse();
  const found = name === undefined ? containers[0] : containers.find((one) => one.name === name);
  if (found?.containerId !== undefined) return found.containerId;
  if (containers.length === 0) {
    throw new Failure(`${id} has no instances`, [`ask why: ekiden why ${id}`]);
  }
  const names = containers.map((one) => one.name).join(', ');
  throw new Failure(`${id} has no container ${name ?? ''}, but ${names}`);
}
