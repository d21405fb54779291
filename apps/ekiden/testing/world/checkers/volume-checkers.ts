import { isTerminalTaskState } from '@ekiden/kernel';
import { isResident, type PathId } from '../../../src/core/app/index.js';
import { effectiveRollout } from '../../../src/core/group/index.js';
import { appVersionKey, type OrchestratorRows } from '../../../src/core/turn/index.js';
import type { RestChecker } from '../sight.js';
import { serves } from './instance-checkers.js';

/** Reservations stand and fall with volumes; each volume has one user at most. */
export const volumesAreSound: RestChecker = {
  rule: 'volumes-are-sound',
  check: ({ state: { rows, master } }) => {
    const found: string[] = [];
    for (const agent of master.state.agents.values()) {
      for (const id of labelsOf(agent.total)) {
        if (rows.volumes.by('reservation', id).length > 0) continue;
        found.push(`what is reserved for ${id} on ${agent.id} has no volume`);
      }
      const users = new Map<string, string>();
      for (const task of master.state.tasks.by('agent', agent.id)) {
        if (isTerminalTaskState(task.state)) continue;
        for (const { disk } of task.resources) {
          const volume = disk?.persistence?.id;
          if (volume === undefined) continue;
          const other = users.get(volume);
          if (other !== undefined) found.push(`${volume} is used by ${other} and ${task.id}`);
          users.set(volume, task.id);
        }
      }
    }
    for (const app of rows.apps.values()) {
      if (!isResident(app) || rows.deployments.by('app', app.id).length > 0) continue;
      const kept = rows.instances.by('app', app.id).filter(({ goal }) => goal === 'Running');
      if (kept.length > app.instances && !shrinksOneByOne(rows, app.id)) {
        found.push(`${app.id} has ${kept.length} instances`);
      }
    }
    return found;
  },
};

/** One after the other under `serial`, and what works stays as long as too few others do. */
function shrinksOneByOne(rows: OrchestratorRows, id: PathId): boolean {
  if (effectiveRollout(rows, id)?.settings.strategy !== 'serial') return false;
  return rows.instances.by('app', id).some((one) => {
    const { goal, kill, appId, appVersion } = one;
    if (goal !== 'Running') return kill !== undefined;
    return !serves(one, rows.appVersions.get(appVersionKey(appId, appVersion)));
  });
}

function labelsOf(
  total: readonly { readonly reservations?: readonly { readonly labels?: object }[] }[],
): ReadonlySet<string> {
  const labels = total.flatMap(({ reservations = [] }) =>
    reservations.flatMap(({ labels: each = {} }) =>
      Object.entries(each).flatMap(([key, value]) =>
        key === 'marathon_task_id' ? [String(value)] : [],
      ),
    ),
  );
  return new Set(labels);
}
