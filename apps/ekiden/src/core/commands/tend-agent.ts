import { millis, type AgentId } from '@ekiden/kernel';
import type { AgentOrder, Reply, TurnContext } from '../turn/index.js';
import { nearest } from './nearest-id.js';

/** Drains an agent, keeps new tasks away from it, or lets it take part again. Repeatable. */
export function tendAgent(
  { master, state, now }: TurnContext,
  { agent, order }: { readonly agent: AgentId; readonly order: AgentOrder },
): Reply {
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
  }
  return { kind: 'done' };
}

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
          known.map(({ id }) => id),
          wanted,
        );
  const hint = near.length === 0 ? '' : `. Did you mean ${near.join(', ')}?`;
  return `Agent '${wanted}' does not exist${hint}`;
}
