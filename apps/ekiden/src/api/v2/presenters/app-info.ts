import type { Millis } from '@ekiden/kernel';
import type { AppDefinition } from '../../../core/app/index.js';
import type { StateView } from '../../../core/turn/index.js';
import type { Shown, appInfo } from '../../schemas/index.js';
import { presentApp, presentCreated } from './app.js';
import { NO_COUNTS, countTasks, tasksStatistics } from './counts.js';
import type { Embed } from './embed.js';
import { definitionIn, presentReadiness } from './readiness.js';
import { isPlaced, presentTask, presentTaskFailure } from './task.js';

export type AppInfo = Shown<typeof appInfo>;

/** A definition and the parts of its state that are asked for, in Marathon's order. */
export function presentAppInfo(
  app: AppDefinition,
  state: StateView,
  embed: ReadonlySet<Embed>,
  now: Millis,
): AppInfo {
  const instances = state.instances.by('app', app.id);
  const failure = embed.has('lastTaskFailure') ? state.taskFailures.get(app.id) : undefined;
  return {
    ...presentApp(app),
    ...(embed.has('counts') ? countTasks(instances) : {}),
    ...(embed.has('deployments')
      ? { deployments: state.deployments.by('app', app.id).map(({ id }) => ({ id })) }
      : {}),
    ...(embed.has('readiness')
      ? { readinessCheckResults: presentReadiness(instances, definitionIn(state)) }
      : {}),
    ...(embed.has('tasks')
      ? { tasks: instances.filter(isPlaced).map((instance) => presentTask(instance, app)) }
      : {}),
    ...(failure === undefined ? {} : { lastTaskFailure: presentTaskFailure(failure) }),
    ...(embed.has('taskStats') ? { tasksStats: tasksStatistics(app, instances, now) } : {}),
  };
}

/** Body of the 201 answer to `POST /v2/apps`. */
export function presentCreatedInfo(app: AppDefinition, deploymentId: string): AppInfo {
  return { ...presentCreated(app), ...NO_COUNTS, deployments: [{ id: deploymentId }] };
}
