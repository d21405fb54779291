import { isTerminalTaskState } from '@ekiden/kernel';
import {
  subtractSaturating,
  type AgentRow,
  type MasterState,
  type Resources,
} from '@ekiden/offers';

/** What no task uses on an agent, by the committed rows (between turns no offer is open). */
export function freeOn(master: MasterState, agent: AgentRow): Resources {
  let free = agent.total;
  for (const task of master.tasks.by('agent', agent.id)) {
    if (!isTerminalTaskState(task.state)) free = subtractSaturating(free, task.resources);
  }
  return free;
}
