import type { AgentRow } from '@ekiden/offers';
import type { LeavingAgent, TurnContext } from '../turn/index.js';

/**
 * Takes note of agents that began or ceased to be drained in this turn, whoever said so, and has
 * every app looked at that has something there.
 */
export function noteLeaving(context: TurnContext): void {
  const { draft, master } = context;
  for (const [id, row] of master.changes().agents) {
    const leaving = row && leavingOf(row);
    if (leaving?.deadline === draft.leaving.get(id)?.deadline) continue;
    if (leaving === undefined) draft.leaving.remove(id);
    else draft.leaving.put(id, leaving);
    for (const { appId } of draft.instances.by('agent', id)) draft.dirty.add(appId);
  }
}

/** An agent that is being drained or was; one that is gone for good has nothing to move. */
export function leavingOf({ id, drain, goneSince }: AgentRow): LeavingAgent | undefined {
  if (drain === undefined || goneSince !== undefined) return undefined;
  return { id, deadline: drain.deadline };
}
