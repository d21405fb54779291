import type { StateView } from '../../src/core/turn/index.js';
import type { SimulatedHost } from './simulated-host.js';

/** What a healed world still lacks: every wish fulfilled, and nothing else left running. */
export function missingAfterHeal(
  view: StateView,
  hosts: readonly SimulatedHost[],
): readonly string[] {
  const missing: string[] = [];
  for (const deployment of view.deployments.by('status', 'running')) {
    missing.push(`deployment ${deployment.id} is still at step ${deployment.step}`);
  }
  for (const app of view.root.apps.values()) {
    const instances = view.instances.by('app', app.id);
    const right = instances.filter(
      (i) =>
        i.goal === 'Running' &&
        i.condition === 'Running' &&
        i.kill === undefined &&
        i.configVersion === app.versionInfo.lastConfigChangeAt,
    );
    if (right.length !== app.instances || instances.length !== app.instances) {
      const seen = instances.map((i) => `${i.condition}/${i.goal}`).join(' ');
      missing.push(`${app.id} wants ${app.instances}, has ${right.length} right of [${seen}]`);
    }
  }
  for (const instance of view.instances.values()) {
    if (!view.root.apps.has(instance.appId)) missing.push(`${instance.id} has no app`);
    if (instance.condition === 'Scheduled') missing.push(`${instance.id} waits in the queue`);
  }
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
