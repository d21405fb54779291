import type { PathId } from '../app/index.js';
import type { Reply, TurnContext } from '../turn/index.js';

/** Ends the launch backoff of an app that waits (`DELETE /v2/queue/{id}/delay`). */
export function resetDelay(context: TurnContext, app: PathId): Reply {
  const { draft } = context;
  const waiting = draft.instances.by('app', app).some((i) => i.condition === 'Scheduled');
  if (!waiting) {
    return { kind: 'notFound', message: `Application ${app} not found in tasks queue.` };
  }
  for (const delay of draft.launchDelays.by('app', app)) draft.launchDelays.remove(delay.id);
  draft.dirty.add(app);
  return { kind: 'done' };
}
