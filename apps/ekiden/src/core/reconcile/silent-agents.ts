import type { TurnContext } from '../turn/index.js';
import { hearMaster } from './hear-master.js';

/**
 * Gives up agents that have not registered in this term when the patience of its beginning ends:
 * nobody watches their tasks any more (Mesos's agent re-registration timeout).
 */
export function giveUpSilentAgents(context: TurnContext): void {
  const { draft, master, now, state } = context;
  if (draft.silenceEnds === undefined || now < draft.silenceEnds) return;
  draft.silenceEnds = undefined;
  for (const { id, reachable } of state.master.state.agents.values()) {
    const silent = master.agent(id)?.registered === false;
    if (reachable && silent) master.agentUnreachable(id, 'the host has not come back');
  }
  hearMaster(context);
}
