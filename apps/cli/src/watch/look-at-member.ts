import {
  pathOf,
  type App,
  type Client,
  type PodStatus,
  type QueueItem,
  type Task,
  type Why,
} from '../client/index.js';
import { queueReasons, whyReasons } from '../output/index.js';
import { targetOf } from './places.js';
import type { Counts, Stage } from './view.js';

/** What one look at an app or pod told. */
export interface Known {
  readonly counts: Counts;
  readonly dependencies: readonly string[];
  /** Why the rest is not there, sentences. */
  readonly reasons: readonly string[];
}

/** Whether an app is as its definition wants it: all there is to go by without events. */
export async function isAsWanted(client: Client, id: string): Promise<boolean> {
  const found = await lookAtApp(client, id, 'done');
  if (found === undefined) return true;
  const { wanted, serving, old } = found.counts;
  return serving === wanted && old === 0;
}

export async function lookAtApp(
  client: Client,
  id: string,
  stage: Stage,
): Promise<Known | undefined> {
  const found = await client.find<{ readonly app: App }>(pathOf('/v2/apps', id), {
    embed: ['app.counts', 'app.tasks', 'app.lastTaskFailure'],
  });
  if (found === undefined) return undefined;
  const { app } = found;
  const counts = countsOf(app);
  const missing = counts.serving + counts.running < app.instances;
  return {
    counts,
    dependencies: (app.dependencies ?? []).map(targetOf),
    reasons: stage === 'now' && missing ? await reasonsOf(client, app) : [],
  };
}

function countsOf({ instances, tasks = [], healthChecks = [], versionInfo }: App): Counts {
  const since = versionInfo?.lastConfigChangeAt ?? '';
  const alive = tasks.filter(({ state }) => ALIVE.has(state));
  const fresh = alive.filter(({ version = since }) => version >= since);
  const running = fresh.filter(({ state }) => state === 'TASK_RUNNING');
  const serving = running.filter((task) => healthChecks.length === 0 || isHealthy(task));
  return {
    wanted: instances,
    serving: serving.length,
    running: running.length - serving.length,
    starting: fresh.length - running.length,
    old: alive.length - fresh.length,
  };
}

const ALIVE: ReadonlySet<string> = new Set([
  'TASK_STAGING',
  'TASK_STARTING',
  'TASK_RUNNING',
  'TASK_KILLING',
  'TASK_UNREACHABLE',
]);

function isHealthy({ healthCheckResults = [] }: Task): boolean {
  return healthCheckResults.length > 0 && healthCheckResults.every(({ alive }) => alive === true);
}

async function reasonsOf(client: Client, app: App): Promise<readonly string[]> {
  const failure = app.lastTaskFailure;
  const failed = failure === undefined ? [] : [`the last task failed: ${failure.message}`];
  const why = await client.find<Why>('/v2/why', { id: app.id });
  if (why !== undefined) return why.waiting > 0 ? [...whyReasons(why), ...failed] : [];
  // Marathon itself knows no such thing
  const queue = await client.find<{ readonly queue: readonly QueueItem[] }>('/v2/queue');
  const item = queue?.queue.find((one) => one.app?.id === app.id);
  return item === undefined ? [] : [...queueReasons(item), ...failed];
}

export async function lookAtPod(client: Client, id: string): Promise<Known | undefined> {
  const pod = await client.find<PodStatus>(`${pathOf('/v2/pods', id)}::status`);
  if (pod === undefined) return undefined;
  const { instances = [], spec } = pod;
  const serving = instances.filter(({ status }) => status === 'STABLE').length;
  return {
    counts: {
      wanted: spec?.scaling?.instances ?? 1,
      serving,
      running: 0,
      starting: instances.length - serving,
      old: 0,
    },
    dependencies: [],
    reasons: [...new Set(instances.flatMap(({ message }) => message ?? []))],
  };
}
