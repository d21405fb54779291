import type { ExecutorKind, TaskSpec } from '@ekiden/host';
import type { TaskRow } from '@ekiden/offers';
import { appIdOfTask } from '../instance/index.js';
import { executorOf } from '../matching/index.js';
import type { TurnContext } from '../turn/index.js';

/**
 * What kind of executor runs a task: by what it was launched with, as long as that is kept, else by
 * the definition of the instance that owns it, or of its app today. `undefined` when nobody knows.
 */
export function executorOfTask({ draft }: TurnContext, task: TaskRow): ExecutorKind | undefined {
  // Stored and read back as JSON; written by `taskSpecFor` alone.
  const spec = task.info as Pick<TaskSpec, 'executor'> | null;
  if (spec !== null) return spec.executor;
  const [instance] = draft.instances.by('task', task.id);
  const owned = instance === undefined ? undefined : draft.definitionOf(instance);
  const app = owned ?? draft.apps.get(appIdOfTask(task.id));
  return app === undefined ? undefined : executorOf(app);
}
