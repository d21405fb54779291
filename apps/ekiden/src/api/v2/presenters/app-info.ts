import type { Millis } from '@ekiden/kernel';
import type { AppDefinition } from '../../../core/app/index.js';
import type { Instance, TaskFailure } from '../../../core/instance/index.js';
import type { StateView } from '../../../core/turn/index.js';
import { DeferredJson, joinedText } from '../../http/index.js';
import type { Shown, appInfo } from '../../schemas/index.js';
import { presentApp, presentCreated } from './app.js';
import { NO_COUNTS, countTasks, tasksStatistics } from './counts.js';
import type { Embed } from './embed.js';
import { readinessIn, readinessRows, type ReadinessRows } from './readiness.js';
import { rolloutOf } from './rollout.js';
import {
  TASKS_PER_RUN,
  deferTasks,
  instancesFor,
  presentTaskFailure,
  presentTasks,
} from './task.js';

export type AppInfo = Shown<typeof appInfo>;

const OF_INSTANCES: readonly Embed[] = ['counts', 'tasks', 'taskStats'];
const NOT_ASKED: ReadinessRows = { instances: [], checked: [] };

/** Rows that say how an app stands, as they are at one moment. */
interface Standing {
  readonly app: AppDefinition;
  readonly instances: readonly Instance[];
  /** Those whose tasks are shown. */
  readonly tasked: readonly Instance[];
  /** Whether each task says which generation it is of. */
  readonly generations: boolean;
  readonly deployments: readonly string[];
  readonly failure: TaskFailure | undefined;
  readonly readiness: ReadinessRows;
  readonly now: Millis;
}

/** A definition and the parts of its state that are asked for, in Marathon's order. */
export function presentAppInfo(
  app: AppDefinition,
  state: StateView,
  embed: ReadonlySet<Embed>,
  now: Millis,
): AppInfo {
  return { ...presentApp(app), ...additionsOf(standingOf(app, state, embed, now), embed) };
}

/** The same for long lists: the text is made when its turn comes, of the rows of this moment. */
export function deferAppInfo(
  app: AppDefinition,
  state: StateView,
  embed: ReadonlySet<Embed>,
  now: Millis,
): unknown {
  const standing = standingOf(app, state, embed, now);
  const { tasked, generations } = standing;
  if (embed.has('tasks') && tasked.length > TASKS_PER_RUN) {
    const tasks = deferTasks(tasked, app, { generations });
    return { ...presentApp(app), ...additionsOf(standing, embed), tasks };
  }
  return new DeferredJson(() => joinedText(textOf(app), additionsOf(standing, embed)));
}

function standingOf(
  app: AppDefinition,
  state: StateView,
  embed: ReadonlySet<Embed>,
  now: Millis,
): Standing {
  const ofInstances = OF_INSTANCES.some((one) => embed.has(one));
  const generations = embed.has('generations');
  const instances = ofInstances ? state.instances.by('app', app.id) : [];
  return {
    app,
    instances,
    tasked: embed.has('tasks') ? instancesFor(state, app.id, generations) : [],
    generations,
    deployments: embed.has('deployments')
      ? state.deployments.by('app', app.id).map(({ id }) => id)
      : [],
    failure: embed.has('lastTaskFailure') ? state.taskFailures.get(app.id) : undefined,
    readiness: embed.has('readiness') ? readinessRows(app.id, state) : NOT_ASKED,
    now,
  };
}

function additionsOf(standing: Standing, embed: ReadonlySet<Embed>) {
  const { app, instances, deployments, failure, now } = standing;
  return {
    ...(embed.has('counts') ? countTasks(instances) : {}),
    ...(embed.has('deployments') ? { deployments: deployments.map((id) => ({ id })) } : {}),
    ...(embed.has('readiness') ? { readinessCheckResults: readinessIn(standing.readiness) } : {}),
    ...(embed.has('tasks')
      ? { tasks: presentTasks(standing.tasked, app, standing.generations) }
      : {}),
    ...(failure === undefined ? {} : { lastTaskFailure: presentTaskFailure(failure) }),
    ...rolloutOf(app, embed.has('rollout')),
    ...(embed.has('taskStats') ? { tasksStats: tasksStatistics(app, instances, now) } : {}),
  };
}

/** The text of each definition, which never changes, is made once. */
const texts = new WeakMap<AppDefinition, string>();

function textOf(app: AppDefinition): string {
  const known = texts.get(app);
  if (known !== undefined) return known;
  const made = JSON.stringify(presentApp(app));
  texts.set(app, made);
  return made;
}

/** Body of the 201 answer to `POST /v2/apps`. */
export function presentCreatedInfo(app: AppDefinition, deploymentId: string): AppInfo {
  return { ...presentCreated(app), ...NO_COUNTS, deployments: [{ id: deploymentId }] };
}
