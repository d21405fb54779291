import type { AgentId, Millis } from '@ekiden/kernel';

import { equalResources, withoutPorts } from '../resources/index.js';
import type { Draft } from './draft.js';

/** Leaves ports out of offers until then; offers that hold one of them are rescinded. */
export function withholdPorts(
  draft: Draft,
  agentId: AgentId,
  ports: readonly number[],
  until: Millis,
): void {
  const row = draft.agents.get(agentId);
  if (row === undefined || row.goneSince !== undefined || ports.length === 0) return;
  const others = (draft.withheld.get(agentId)?.ports ?? []).filter(
    (entry) => !ports.includes(entry.port),
  );
  const now = [...new Set(ports)].map((port) => ({ port, until }));
  draft.withheld.put(agentId, { agentId, ports: [...others, ...now] });
  draft.touched.add(agentId);
  for (const offer of draft.offers.by('agent', agentId)) {
    if (equalResources(withoutPorts(offer.resources, ports), offer.resources)) continue;
    draft.discardOffer(offer, 'somebody else holds ports of it');
  }
  draft.allocator.reduce({ kind: 'agentChanged', agent: draft.facts(row) });
}

/** Ports whose time is over are offered again. */
export function expireWithheld(draft: Draft): void {
  if (draft.withheld.size === 0) return;
  for (const entry of [...draft.withheld.values()]) {
    const left = entry.ports.filter((port) => port.until > draft.ctx.now);
    if (left.length === entry.ports.length) continue;
    if (left.length === 0) draft.withheld.remove(entry.agentId);
    else draft.withheld.put(entry.agentId, { agentId: entry.agentId, ports: left });
    const row = draft.agents.get(entry.agentId);
    if (row === undefined) continue;
    draft.touched.add(row.id);
    draft.allocator.reduce({ kind: 'agentChanged', agent: draft.facts(row) });
  }
}
