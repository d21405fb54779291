import type { AgentFacts } from '../allocator/index.js';
import { withoutPorts } from '../resources/index.js';
import type { AgentRow } from './rows.js';

/** What the allocator is to know of a host; ports that others hold there are not offered. */
export function agentFacts(row: AgentRow, heldPorts: readonly number[]): AgentFacts {
  const { id, hostname, attributes, domain, capabilities } = row;
  return {
    id,
    hostname,
    attributes,
    total: heldPorts.length === 0 ? row.total : withoutPorts(row.total, heldPorts),
    ...(domain === undefined ? {} : { domain }),
    ...(capabilities === undefined ? {} : { capabilities }),
  };
}

/** Whether new offers may be made of it. */
export function isOfferable(row: AgentRow): boolean {
  return (
    row.activated &&
    row.reachable &&
    row.registered &&
    row.drain === undefined &&
    row.goneSince === undefined
  );
}
