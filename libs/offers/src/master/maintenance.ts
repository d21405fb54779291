import { present, type AgentId } from '@ekiden/kernel';

import type { InverseAllocation } from '../allocator/index.js';
import type { Unavailability } from '../framework/index.js';
import { updateAgent } from './agents.js';
import type { Draft } from './draft.js';
import { forgetInverse, sendInverse } from './inverse-offers.js';

/**
 * Maintenance of a host is planned, changed or, without a window, called off. Its offers are made
 * again with the window (ADM-10), and who has something there is asked anew (MNT-05).
 */
export function setUnavailability(
  draft: Draft,
  id: AgentId,
  unavailability: Unavailability | undefined,
): void {
  const row = draft.agents.get(id);
  if (row === undefined || row.goneSince !== undefined) return;
  const before = row.unavailability;
  const same =
    before?.start === unavailability?.start && before?.duration === unavailability?.duration;
  if (same) return;
  draft.discardOffersOfAgent(id, 'maintenance of the agent is planned otherwise');
  forgetInverse(draft, id, ['maintenance'], 'maintenance is planned otherwise');
  const { unavailability: _window, ...rest } = row;
  const window = unavailability === undefined ? {} : { unavailability };
  updateAgent(draft, row, { ...rest, ...window });
  draft.allocator.reduce({ kind: 'unavailabilityChanged', agentId: id, ...window });
}

/** What the allocator decided to ask frameworks (offer-core 2.8). */
export function sendMaintenance(draft: Draft, asked: readonly InverseAllocation[]): void {
  if (asked.length === 0) return;
  sendInverse(
    draft,
    asked.map((each) => {
      const { hostname } = present(draft.agents.get(each.agentId), 'the agent of an inverse offer');
      return { ...each, hostname, cause: 'maintenance' as const };
    }),
  );
}
