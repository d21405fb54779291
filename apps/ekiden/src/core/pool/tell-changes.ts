import { formatTimestamp } from '@ekiden/kernel';
import type { AgentRow } from '@ekiden/offers';
import type { DomainEvent } from '../events/index.js';
import type { TurnContext } from '../turn/index.js';
import { agentStateOnceRegistered } from './agent-view.js';
import { shownQuantities } from './amounts.js';

/**
 * Announces what a turn has changed of agents and roles, by comparing rows: whatever the reason, it
 * is told once. That hosts speak up, for the first time or again after an election, is no news:
 * a cluster has tens of thousands of them.
 */
export function tellPoolChanges(context: TurnContext): void {
  const { draft, master, state } = context;
  const { agents, roles } = master.changes();
  for (const [id, after] of agents) {
    const event = agentChanged(state.master.state.agents.get(id), after);
    if (event !== undefined) draft.events.push(event);
  }
  for (const [role, row] of roles) {
    const quota = row?.quota;
    draft.events.push({
      type: 'role_changed_event',
      role,
      weight: row?.weight ?? 1,
      quota:
        quota === undefined
          ? null
          : {
              guarantees: shownQuantities(quota.guarantees),
              limits: shownQuantities(quota.limits),
            },
    });
  }
}

function agentChanged(
  before: AgentRow | undefined,
  after: AgentRow | undefined,
): DomainEvent | undefined {
  if (before === undefined) return undefined;
  const was = stateOf(before);
  const is = after === undefined ? 'gone' : stateOf(after);
  const { drain } = after ?? {};
  if (was === is && before.drain?.deadline === drain?.deadline) return undefined;
  return {
    type: 'agent_changed_event',
    agentId: before.id,
    hostname: before.hostname,
    state: is,
    before: was,
    ...(drain === undefined ? {} : { deadline: formatTimestamp(drain.deadline) }),
  };
}

function stateOf(row: AgentRow): string {
  return row.goneSince === undefined ? agentStateOnceRegistered(row) : 'gone';
}
