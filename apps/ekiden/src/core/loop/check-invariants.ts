import { isTerminal } from '../instance/index.js';
import type { TurnContext } from '../turn/index.js';

/**
 * What must hold at the end of every turn, in production too (DESIGN 9), looked at where this turn
 * changed something. They bind what we intend, not what was observed (rollouts.md).
 */
export function brokenInvariants(context: TurnContext): readonly string[] {
  return [
    ...context.master.checkInvariants(),
    ...instancesWithoutApp(context),
    ...instancesWithoutTask(context),
    ...sharedTasks(context),
  ];
}

/** An instance that shall run belongs to an app, and to a definition that is kept. */
function instancesWithoutApp({ draft }: TurnContext): string[] {
  return draft.instances.changes().flatMap(([id, instance]) => {
    if (instance?.goal !== 'Running' || draft.definitionOf(instance) !== undefined) return [];
    return [`instance ${id} has no definition`];
  });
}

/** What has been placed has a task that the master knows; what waits has none. */
function instancesWithoutTask({ draft, master }: TurnContext): string[] {
  return draft.instances.changes().flatMap(([id, instance]) => {
    if (instance === undefined) return [];
    const { condition, task } = instance;
    if (condition === 'Scheduled') return task === undefined ? [] : [`${id} waits with a task`];
    if (task === undefined) return [`instance ${id} is ${condition} without a task`];
    if (isTerminal(condition) || master.task(task.id) !== undefined) return [];
    return [`task ${task.id} of a ${condition} instance is not known to the master`];
  });
}

/** Every task belongs to exactly one instance. */
function sharedTasks({ draft }: TurnContext): string[] {
  return draft.instances.changes().flatMap(([, instance]) => {
    const task = instance?.task;
    if (task === undefined) return [];
    const owners = draft.instances.by('task', task.id).length;
    return owners === 1 ? [] : [`task ${task.id} belongs to ${owners} instances`];
  });
}
