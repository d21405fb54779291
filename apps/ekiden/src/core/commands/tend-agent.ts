import { millis, type AgentId } from '@ekiden/kernel';
import type { Unavailability } from '@ekiden/offers';
import type { AgentOrder, Reply, TurnContext } from '../turn/index.js';
import { nearest } from './nearest-id.js';

/**
 * Drains an agent, keeps new tasks away from it, lets it take part again, or gives it up for good
 * (UNR-18). Repeatable.
 */
export function tendAgent(
  context: TurnContext,
  { agent, order }: { readonly agent: AgentId; readonly order: AgentOrder },
): Reply {
  const { master, state, now } = context;
  const row = master.agent(agent);
  if (row === undefined || row.goneSince !== undefined) {
    const message = missingAgent(state.master.state.agents.values(), agent);
    return { kind: 'notFound', message };
  }
  switch (order.kind) {
    case 'drain':
      master.drainAgent(agent, {
        deadline: millis(now + order.deadlineSeconds * 1000),
        markGone: order.markGone,
        ...(order.reason === undefined ? {} : { reason: order.reason }),
      });
      break;
    case 'activate':
      master.activateAgent(agent);
      break;
    case 'deactivate':
      master.deactivateAgent(agent);
      break;
    case 'maintain':
      master.setUnavailability(agent, order.window);
      break;
    case 'giveUp':
      if (row.reachable && row.registered && !order.force) {
        return { kind: 'conflict', message: ANSWERS_STILL };
      }
      master.markAgentGone(agent, 'An operator has declared the agent gone');
      break;
  }
  return { kind: 'done' };
}

/** Replaces what is planned for all agents. */
export function planMaintenance(
  { master }: TurnContext,
  windows: ReadonlyMap<AgentId, Unavailability>,
): Reply {
  for (const { id } of [...master.agents()]) master.setUnavailability(id, windows.get(id));
  return { kind: 'done' };
}

const ANSWERS_STILL =
  'The agent answers. Drain it with markGone to have its tasks moved first, or give it up with ' +
  'force=true: its tasks are then replaced at once.';

/** Says that there is no such agent, and which ones may have been meant. */
export function missingAgent(
  agents: Iterable<{
    readonly id: AgentId;
    readonly hostname: string;
    readonly goneSince?: number;
  }>,
  wanted: string,
): string {
  const known = [...agents].filter(({ goneSince }) => goneSince === undefined);
  const here = known.filter(({ id, hostname }) => hostname === wanted || id.startsWith(wanted));
  const near =
    here.length > 0
      ? here.slice(0, 3).map(({ id }) => id)
      : nearest(
          known.flatMap(({ id, hostname }) => [id, hostname]),
          wanted,
        );
  const hint = near.length === 0 ? '' : `. Did you mean ${near.join(', ')}?`;
  return `Agent '${wanted}' does not exist${hint}`;
}
