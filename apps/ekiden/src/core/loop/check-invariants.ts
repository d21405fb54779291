import { eachInSteps, type Steps } from '@ekiden/kernel';
import { isTerminal, type Instance, type InstanceId } from '../instance/index.js';
import type { TurnContext } from '../turn/index.js';

/**
 * What must hold at the end of every turn, in production too (DESIGN 9), looked at where this turn
 * changed something. They bind what we intend, not what was observed (rollouts.md).
 */
export function* brokenInvariants(context: TurnContext): Steps<readonly string[]> {
  const broken = [...(yield* context.master.invariantsInSteps())];
  const { draft } = context;
  yield* eachInSteps(draft.instances.changes(), ([id, instance]) => {
    if (instance === undefined) return;
    broken.push(
      ...withoutApp(context, id, instance),
      ...withoutTask(context, id, instance),
      ...sharedTask(context, instance),
    );
  });
  return broken;
}

/** An instance that shall run belongs to an app, and to a definition that is kept. */
function withoutApp({ draft }: TurnContext, id: InstanceId, instance: Instance): string[] {
  if (instance.goal !== 'Running' || draft.definitionOf(instance) !== undefined) return [];
  return [`instance ${id} has no definition`];
}

/** What has been placed has a task that the master knows; what waits has none. */
function withoutTask({ master }: TurnContext, id: InstanceId, instance: Instance): string[] {
  const { condition, task } = instance;
  if (condition === 'Scheduled') return task === undefined ? [] : [`${id} waits with a task`];
  if (task === undefined) return [`instance ${id} is ${condition} without a task`];
  if (isTerminal(condition) || master.task(task.id) !== undefined) return [];
  return [`task ${task.id} of a ${condition} instance is not known to the master`];
}

/** Every task belongs to exactly one instance. */
function sharedTask({ draft }: TurnContext, { task }: Instance): string[] {
  if (task === undefined) return [];
  const owners = draft.instances.by('task', task.id).length;
  return owners === 1 ? [] : [`task ${task.id} belongs to ${owners} instances`];
}
