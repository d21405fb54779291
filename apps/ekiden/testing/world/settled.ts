import { isPod, type PathId } from '../../src/core/app/index.js';
import type { Deployment } from '../../src/core/deployment/index.js';
import type { StateView } from '../../src/core/turn/index.js';
import type { SimulatedHost } from './simulated-host.js';

/** What a healed world still lacks: every wish fulfilled, and nothing else left running. */
export function missingAfterHeal(
  view: StateView,
  hosts: readonly SimulatedHost[],
): readonly string[] {
  const running = view.deployments.by('status', 'running');
  const waiting = running.filter((deployment) => waitsForPods(deployment, view));
  const excused = new Set(waiting.flatMap(({ plan }) => plan.changes.map(({ id }) => id)));
  return [
    ...running
      .filter((deployment) => !waiting.includes(deployment))
      .map(({ id, step }) => `deployment ${id} is still at step ${step}`),
    ...missingInstances(view, excused),
    ...strangeInstances(view),
    ...missingTasks(view, hosts),
  ];
}

/** Pods cannot be run yet: a step that brings some up waits for as long, and what comes after it. */
function waitsForPods({ plan, step }: Deployment, { root }: StateView): boolean {
  const actions = plan.steps[step]?.actions ?? [];
  return actions.some(({ app }) => {
    const spec = root.apps.get(app);
    return spec !== undefined && isPod(spec) && spec.instances > 0;
  });
}

function missingInstances(view: StateView, excused: ReadonlySet<PathId>): readonly string[] {
  const missing: string[] = [];
  for (const app of view.root.apps.values()) {
    const instances = view.instances.by('app', app.id);
    const wanted = isPod(app) ? 'Scheduled' : 'Running';
    const right = instances.filter(
      (i) =>
        i.goal === 'Running' &&
        i.condition === wanted &&
        i.kill === undefined &&
        i.configVersion === app.versionInfo.lastConfigChangeAt,
    );
    if (right.length === app.instances && instances.length === app.instances) continue;
    if (excused.has(app.id)) continue;
    const seen = instances.map((i) => `${i.condition}/${i.goal}`).join(' ');
    missing.push(`${app.id} wants ${app.instances}, has ${right.length} right of [${seen}]`);
  }
  return missing;
}

function strangeInstances(view: StateView): readonly string[] {
  const found: string[] = [];
  for (const instance of view.instances.values()) {
    const spec = view.root.apps.get(instance.appId);
    if (spec === undefined) found.push(`${instance.id} has no app`);
    const waits = instance.condition === 'Scheduled';
    if (waits && !(spec && isPod(spec))) found.push(`${instance.id} waits in the queue`);
    if (!waits && spec && isPod(spec)) found.push(`${instance.id} of a pod does not wait`);
  }
  return found;
}

function missingTasks(view: StateView, hosts: readonly SimulatedHost[]): readonly string[] {
  const missing: string[] = [];
  const owned = new Set([...view.instances.values()].flatMap(({ task }) => task?.id ?? []));
  for (const host of hosts) {
    const running = new Set(host.running());
    for (const task of running) if (!owned.has(task)) missing.push(`${host.id} runs ${task} alone`);
    for (const { task, appId } of view.instances.values()) {
      const here = task?.agentId === host.id;
      if (here && !running.has(task.id)) {
        missing.push(`${task.id} of ${appId} is not on ${host.id}`);
      }
    }
  }
  return missing;
}
