import type { Millis } from '@ekiden/kernel';
import { unhealthyInstanceKilled } from '../events/index.js';
import { causeToReplace } from '../health/index.js';
import { changeInstance, type Instance } from '../instance/index.js';
import type { TurnContext } from '../turn/index.js';

/** Why an instance is to be replaced; `undefined` when it is not, or will be anyway. */
export function causeOf(context: TurnContext, instance: Instance): string | undefined {
  if (instance.condition !== 'Running' || instance.kill !== undefined) return undefined;
  const health = instance.task?.health;
  if (health === undefined) return undefined;
  const definition = context.draft.definitionOf(instance);
  return definition && causeToReplace(health, definition);
}

/** Has the task killed; the same instance is started anew. `since`: in the app's budget. */
export function killForHealth(
  context: TurnContext,
  instance: Instance,
  { cause, since }: { readonly cause: string; readonly since: Millis },
): void {
  const kill = { since: context.now, reason: 'unhealthy', detail: cause } as const;
  context.draft.putInstance(changeInstance(instance, { kill, healthKilledAt: since }));
  tell(context, instance, cause);
}

/** Has the task killed, and the instance given up: another one has taken its place. */
export function retireForHealth(context: TurnContext, instance: Instance, cause: string): void {
  const kill = { since: context.now, reason: 'unhealthy', detail: cause } as const;
  context.draft.putInstance(changeInstance(instance, { goal: 'Decommissioned', kill }));
  tell(context, instance, cause);
}

function tell({ draft, now }: TurnContext, instance: Instance, cause: string): void {
  const { task } = instance;
  if (task === undefined) return;
  draft.tellOf(instance, unhealthyInstanceKilled(instance, task, cause));
  draft.taskFailures.put(instance.appId, {
    appId: instance.appId,
    taskId: task.id,
    agentId: task.agentId,
    host: task.host,
    state: 'TASK_KILLED',
    // in Marathon's words (marathon-api 5.8)
    message: `Task was killed since health check failed. Reason: ${cause}`,
    at: now,
    version: instance.appVersion,
  });
}
