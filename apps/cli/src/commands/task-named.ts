import { Failure, pathOf, type App } from '../client/index.js';
import type { Call } from './call.js';

/** A task by its id, or the newest one of an app by that of the app: one that runs, else the last that failed. */
export async function taskNamed({ client }: Call, given: string): Promise<string> {
  if (!given.startsWith('/')) return given;
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
