import { isTerminalTaskState, millis, type TaskStatus } from '@ekiden/kernel';
import {
  changeInstance,
  delayAfterFailure,
  delaysNextLaunch,
  isBlameless,
  isKilledAsFailed,
  messageOfKill,
  nextCondition,
  type Instance,
  type InstanceTask,
} from '../instance/index.js';
import { instanceHealthChanged, statusesUpdated } from '../events/index.js';
import type { TurnContext } from '../turn/index.js';
import { noteProgress } from './note-progress.js';
import { noteErrandEnd } from './tend-errands.js';
import { noteAnswer } from './pass-kill-on.js';
import { noteVolumeUse } from './note-volume-use.js';

/**
 * Takes a status of one of our tasks into the instance it belongs to. Late and repeated ones
 * change nothing; one for a task that is no instance's present task is left to the caller.
 */
export function takeStatus(context: TurnContext, status: TaskStatus): 'taken' | 'unknown' {
  const { draft } = context;
  const instance = draft.instances.by('task', status.taskId)[0];
  if (instance?.task === undefined) return 'unknown';
  const condition = nextCondition(instance.condition, status.state);
  const healthChanged = status.healthy !== undefined && status.healthy !== instance.task.healthy;
  if (condition === instance.condition && !healthChanged) return 'taken';
  const { id, backsOff, ...known } = instance;
  const next: Instance = {
    // A field first: what begins with a spread gets a hidden class of its own (ADR 0062).
    id,
    ...known,
    ...(backsOff === undefined || condition === 'Running' ? {} : { backsOff }),
    condition,
    task: taskAfter(instance.task, status, condition !== instance.condition),
    since: condition === instance.condition ? instance.since : context.now,
  };
  draft.putInstance(next);
  const ends = isTerminalTaskState(status.state);
  const isKill = ends || status.state === 'TASK_KILLING';
  const message = isKill ? messageOfKill(instance.kill, status) : (status.message ?? '');
  noteVolumeUse(context, next, status);
  draft.tellOf(next, ...statusesUpdated(next, draft.definitionOf(next), message));
  if (healthChanged) draft.tellOf(next, instanceHealthChanged(next));
  noteAnswer(context, status);
  if (ends) ended(context, next, { ...status, message });
  if (!isSetback(instance, status)) noteProgress(context, instance.appId);
  return 'taken';
}

/**
 * What fails and starts again for ever moves nothing on (rollouts.md, Deadline): an end that nobody
 * wanted, and what follows it until the task is found to be well.
 */
function isSetback(instance: Instance, { state }: TaskStatus): boolean {
  const { goal, kill, backsOff } = instance;
  if (goal === 'Running' && isKilledAsFailed(instance)) return true;
  if (!isTerminalTaskState(state)) return backsOff === true;
  return goal === 'Running' && kill === undefined;
}

function taskAfter(task: InstanceTask, status: TaskStatus, moved: boolean): InstanceTask {
  const started = status.state === 'TASK_RUNNING' && task.startedAt === undefined;
  const { id, unreachableSince, ...known } = task;
  const lostAt = status.state === 'TASK_UNREACHABLE' ? (unreachableSince ?? status.at) : undefined;
  return {
    id,
    ...known,
    ...(lostAt === undefined ? {} : { unreachableSince: lostAt }),
    ...(moved ? { state: status.state } : {}),
    ...(started ? { startedAt: status.at } : {}),
    ...(status.healthy === undefined ? {} : { healthy: status.healthy }),
    ...(status.ipAddresses === undefined ? {} : { ipAddresses: status.ipAddresses }),
    ...(status.members === undefined ? {} : { members: status.members }),
  };
}

/** Remembers how a task ended badly, delays the next launch, avoids ports somebody else holds. */
function ended(
  context: TurnContext,
  instance: Instance,
  status: TaskStatus & { readonly message: string },
): void {
  const { draft, master, now, settings } = context;
  if (instance.hook !== undefined) {
    noteErrandEnd(context, instance.hook, status.message);
    return;
  }
  if (status.takenPorts !== undefined && status.takenPorts.length > 0) {
    const until = millis(now + settings.withheldPorts);
    master.withholdPorts(status.agentId, status.takenPorts, until);
  }
  const reason = instance.kill?.reason;
  const gaveUp =
    reason === 'stagingTooLong' || (instance.goal === 'Running' && reason === 'outgrown');
  const unhealthy = instance.goal === 'Running' && reason === 'unhealthy';
  const intended = instance.goal !== 'Running' || instance.kill !== undefined;
  if (intended && !gaveUp && !unhealthy) return;
  const app = draft.definitionOf(instance);
  const { task } = instance;
  if (app === undefined || task === undefined) return;
  const failed = status.state !== 'TASK_FINISHED' && status.state !== 'TASK_KILLED';
  // A health kill was recorded with its cause when it was ordered.
  if ((failed && !unhealthy) || gaveUp) {
    draft.taskFailures.put(app.id, {
      appId: app.id,
      taskId: status.taskId,
      agentId: status.agentId,
      host: task.host,
      state: status.state,
      message: status.message,
      at: status.at,
      version: instance.appVersion,
      ...(status.exitCode === undefined ? {} : { exitCode: status.exitCode }),
      ...(task.startedAt === undefined ? {} : { startedAt: task.startedAt }),
      ...(status.members === undefined ? {} : { members: status.members }),
    });
  }
  // Marathon restarted unhealthy tasks without any delay (marathon-behaviour 6.2).
  const delays = delaysNextLaunch(instance.condition) || gaveUp || unhealthy;
  if (!delays || isBlameless(status.reason)) return;
  draft.putInstance(changeInstance(instance, { backsOff: true }));
  const current = draft.apps.get(app.id);
  const sameConfig = current?.versionInfo.lastConfigChangeAt === app.versionInfo.lastConfigChangeAt;
  const delay = delayAfterFailure(draft.launchDelayOf(app), sameConfig ? current : app, now);
  draft.launchDelays.put(delay.id, delay);
}
