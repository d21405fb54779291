import { isTerminalTaskState } from '@ekiden/kernel';
import {
  subtractSaturating,
  withoutPorts,
  type AgentRow,
  type MasterState,
  type Resources,
} from '@ekiden/offers';

/**
 * What no task uses on an agent, no framework is offered and nobody else holds of its ports, by
 * the committed rows (between turns no offer of ours is open).
 */
export function freeOn(master: MasterState, agent: AgentRow): Resources {
  const held = master.withheld.get(agent.id)?.ports ?? [];
  const ports = held.map(({ port }) => port);
  let free = ports.length === 0 ? agent.total : withoutPorts(agent.total, ports);
  for (const task of master.tasks.by('agent', agent.id)) {
    if (!isTerminalTaskState(task.state)) free = subtractSaturating(free, task.resources);
  }
  for (const offer of master.offers.by('agent', agent.id)) {
    free = subtractSaturating(free, offer.resources);
  }
  return free;
}
