import {
  pathOf,
  type App,
  type Client,
  type Deployment,
  type PodStatus,
  type QueueItem,
  type Why,
} from '../client/index.js';
import { queueReasons, whyReasons } from '../output/index.js';
import type { Member, Progress } from './progress.js';

/** Apps and pods looked at each time; more would be a burden and no help. */
const MEMBERS_MAX = 10;

/** The deployment as it stands; `undefined` when it is not under way (any more). */
export async function lookAtDeployment(
  client: Client,
  id: string,
): Promise<Deployment | undefined> {
  const all = await client.get<readonly Deployment[]>('/v2/deployments');
  return all.find((one) => one.id === id);
}

/** Where there are too many to look at, those that something happens to now are looked at. */
export async function lookAtProgress(client: Client, deployment: Deployment): Promise<Progress> {
  const current = deployment.currentActions;
  const apps = [
    ...new Set([...current.flatMap(({ app }) => app ?? []), ...deployment.affectedApps]),
  ];
  const pods = [
    ...new Set([...current.flatMap(({ pod }) => pod ?? []), ...deployment.affectedPods]),
  ];
  const seenApps = apps.slice(0, MEMBERS_MAX);
  const seenPods = pods.slice(0, MEMBERS_MAX - seenApps.length);
  const members = await Promise.all([
    ...inOrderOf(deployment.affectedApps, seenApps).map((app) => lookAtApp(client, app)),
    ...inOrderOf(deployment.affectedPods, seenPods).map((pod) => lookAtPod(client, pod)),
  ]);
  return {
    step: deployment.currentStep,
    steps: deployment.totalSteps,
    actions: current,
    members: members.filter((member) => member !== undefined),
    others: apps.length + pods.length - seenApps.length - seenPods.length,
  };
}

/** Lines keep their places while the steps go on. */
function inOrderOf(all: readonly string[], some: readonly string[]): readonly string[] {
  return all.filter((id) => some.includes(id));
}

/** Whether an app is as its definition wants it: all there is to go by without events. */
export async function isAsWanted(client: Client, id: string): Promise<boolean> {
  const member = await lookAtApp(client, id);
  return (
    member === undefined ||
    (member.running === member.wanted && (member.healthy ?? member.wanted) >= member.wanted)
  );
}

async function lookAtApp(client: Client, id: string): Promise<Member | undefined> {
  const found = await client.find<{ readonly app: App }>(pathOf('/v2/apps', id), {
    embed: ['app.counts', 'app.lastTaskFailure'],
  });
  if (found === undefined) return undefined;
  const { app } = found;
  const running = app.tasksRunning ?? 0;
  return {
    id,
    wanted: app.instances,
    running,
    ...((app.healthChecks ?? []).length === 0 ? {} : { healthy: app.tasksHealthy ?? 0 }),
    reasons: running < app.instances ? await reasonsOf(client, app) : [],
  };
}

async function reasonsOf(client: Client, app: App): Promise<readonly string[]> {
  const failure = app.lastTaskFailure;
  const failed = failure === undefined ? [] : [`the last task failed: ${failure.message}`];
  const why = await client.find<Why>('/v2/why', { id: app.id });
  if (why !== undefined) return [...whyReasons(why), ...(why.waiting > 0 ? failed : [])];
  // Marathon itself knows no such thing
  const queue = await client.find<{ readonly queue: readonly QueueItem[] }>('/v2/queue');
  const item = queue?.queue.find((one) => one.app?.id === app.id);
  return item === undefined ? [] : [...queueReasons(item), ...failed];
}

async function lookAtPod(client: Client, id: string): Promise<Member | undefined> {
  const pod = await client.find<PodStatus>(`${pathOf('/v2/pods', id)}::status`);
  if (pod === undefined) return undefined;
  const instances = pod.instances ?? [];
  return {
    id,
    wanted: pod.spec?.scaling?.instances ?? 1,
    running: instances.filter(({ status }) => status === 'STABLE').length,
    reasons: [...new Set(instances.flatMap(({ message }) => message ?? []))],
  };
}
