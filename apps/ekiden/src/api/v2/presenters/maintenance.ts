import { formatTimestamp } from '@ekiden/kernel';
import type { PlannedAgent } from '../../../core/pool/index.js';
import type { Shown, maintenanceSchedule, maintenanceStatus } from '../../schemas/index.js';

const NANOSECONDS = 1e6;

type ShownSchedule = Shown<typeof maintenanceSchedule>;

/** Hosts of equal windows stand together. */
export function presentSchedule(planned: readonly PlannedAgent[]): ShownSchedule {
  const together = new Map<string, PlannedAgent[]>();
  for (const agent of planned) {
    const key = `${agent.window.start} ${agent.window.duration ?? ''}`;
    const alike = together.get(key);
    if (alike === undefined) together.set(key, [agent]);
    else alike.push(agent);
  }
  const windows = [...together.values()].flatMap((agents) => {
    const [first] = agents;
    if (first === undefined) return [];
    const { start, duration } = first.window;
    return [
      {
        machine_ids: namesOf(agents).map((hostname) => ({ hostname })),
        unavailability: {
          start: { nanoseconds: start * NANOSECONDS },
          ...(duration === undefined ? {} : { duration: { nanoseconds: duration * NANOSECONDS } }),
        },
      },
    ];
  });
  return { windows };
}

export function presentMaintenanceStatus(
  planned: readonly PlannedAgent[],
): Shown<typeof maintenanceStatus> {
  const draining = planned.filter(({ isDown }) => !isDown);
  return {
    draining_machines: draining.map(({ hostname, answers, window }) => ({
      id: { hostname },
      statuses: answers.map(({ frameworkId, answer }) => ({
        framework_id: { value: frameworkId },
        status: answer ?? 'UNKNOWN',
        timestamp: formatTimestamp(window.start),
      })),
    })),
    down_machines: namesOf(planned.filter(({ isDown }) => isDown)).map((hostname) => ({
      hostname,
    })),
  };
}

function namesOf(agents: readonly PlannedAgent[]): readonly string[] {
  return [...new Set(agents.map(({ hostname }) => hostname))];
}
