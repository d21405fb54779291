import { millis } from '@ekiden/kernel';

import type { Draft } from './draft.js';
import type { AgentRow } from './rows.js';

/**
 * After a restart with quotas nothing is offered until most agents are back, since a partial view
 * would give away what is guaranteed (offer-core 2.7, REC-01 to REC-05). The time-out counts from
 * the first turn that is merged.
 */
export function beginRecovery(draft: Draft): void {
  const { expectedAgents } = draft.tables;
  const { factor, timeout } = draft.settings.recovery;
  const agents = Math.floor(expectedAgents * factor);
  if (agents === 0) return;
  const until = millis(draft.ctx.now + timeout);
  draft.allocator.reduce({ kind: 'recoveryBegun', agents, until });
}

/** Whether it will be offered as soon as it is back. */
export function isExpected(row: AgentRow): boolean {
  return row.activated && row.reachable && row.drain === undefined && row.goneSince === undefined;
}
