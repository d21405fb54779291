import { isTerminalTaskState } from '@ekiden/kernel';
import {
  subtractSaturating,
  withoutPorts,
  type AgentRow,
  type MasterState,
  type Resources,
} from '@ekiden/offers';

/** What no task uses on an agent and nobody else holds of its ports, by the committed rows (between turns no offer is open). */
export function freeOn(master: MasterState, agent: AgentRow): Resources {
  const held = master.withheld.get(agent.id)?.ports ?? [];
  let free = withoutPorts(
    agent.total,
    held.map(({ port }) => port),
  );
  for (const task of master.tasks.by('agent', agent.id)) {
    if (!isTerminalTaskState(task.state)) free = subtractSaturating(free, task.resources);
  }
  return free;
}
