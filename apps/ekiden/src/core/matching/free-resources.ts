import { isTerminalTaskState } from '@ekiden/kernel';
import {
  subtractSaturating,
  withoutPorts,
  type AgentRow,
  type MasterState,
  type Offer,
  type Resources,
  type TaskRow,
} from '@ekiden/offers';

/** Rows that say what of an agent is taken, as they are at one moment. */
export interface AgentBooks {
  readonly row: AgentRow;
  readonly tasks: readonly TaskRow[];
  readonly offers: readonly Offer[];
  /** Ports that nobody of ours holds. */
  readonly withheld: readonly number[];
}

export function booksOf(master: MasterState, row: AgentRow): AgentBooks {
  const held = master.withheld.get(row.id)?.ports ?? [];
  return {
    row,
    tasks: master.tasks.by('agent', row.id),
    offers: master.offers.by('agent', row.id),
    withheld: held.map(({ port }) => port),
  };
}

/**
 * What no task uses on an agent, no framework is offered and nobody else holds of its ports, by
 * the committed rows (between turns no offer of ours is open).
 */
export function freeIn({ row, tasks, offers, withheld }: AgentBooks): Resources {
  let free = withheld.length === 0 ? row.total : withoutPorts(row.total, withheld);
  for (const task of tasks) {
    if (!isTerminalTaskState(task.state)) free = subtractSaturating(free, task.resources);
  }
  for (const offer of offers) free = subtractSaturating(free, offer.resources);
  return free;
}
