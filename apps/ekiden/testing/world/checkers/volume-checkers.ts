import { isTerminalTaskState } from '@ekiden/kernel';
import { isResident } from '../../../src/core/app/index.js';
import type { RestChecker } from '../sight.js';

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
      if (kept.length > app.instances) found.push(`${app.id} has ${kept.length} instances`);
    }
    return found;
  },
};

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
