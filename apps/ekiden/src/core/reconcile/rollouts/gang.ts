import type { AgentId } from '@ekiden/kernel';
import type { Reserved, RolloutProgress } from '../../deployment/index.js';
import {
  AgentPool,
  KnownValues,
  QuotaRoom,
  closedBecause,
  missingText,
  shapeOf,
  type PoolAgent,
} from '../../matching/index.js';
import type { TurnContext } from '../../turn/index.js';
import { keptRoom, withoutReserved } from './reservations.js';

/** Whether a whole new generation fits at once, and where; or what is missing. */
export type Gang =
  | { readonly fits: true; readonly reserved: readonly Reserved[] }
  | { readonly fits: false; readonly missing: string };

/**
 * Places every instance of the twin set at its full size on what is free now, by the rules that
 * place instances and within the quotas of their roles, without doing it (rollouts.md, Capacity).
 * What others have reserved is not free.
 */
export function placeGang(context: TurnContext, progress: RolloutProgress): Gang {
  const apps = progress.twins.flatMap(({ id }) => context.draft.apps.get(id) ?? []);
  const demands = apps.map((app) => ({ app, count: app.instances }));
  const { seats, refusals } = poolNow(context).place(demands);
  const wanted = apps.reduce((sum, { instances }) => sum + instances, 0);
  if (seats.length < wanted) {
    return { fits: false, missing: missingText({ fit: seats.length, wanted, refusals }) };
  }
  const reserved = seats.map(({ app, agentId }) => ({ app: app.id, agentId, instances: 1 }));
  return { fits: true, reserved: addedUp(reserved) };
}

/** What may be placed at this moment: free, and not kept for a generation that is to come. */
export function poolNow(context: TurnContext): AgentPool {
  const { draft, master } = context;
  const agents: PoolAgent[] = [];
  for (const row of master.agents()) {
    if (closedBecause(row) !== undefined || draft.leaving.has(row.id)) continue;
    const available = master.books(row.id)?.available;
    if (available !== undefined) {
      agents.push({ row, free: withoutReserved(context, row, available) });
    }
  }
  const quotas = new QuotaRoom(
    master.roles(),
    agents.map(({ free }) => free),
  );
  for (const { app, instances } of keptRoom(context)) {
    for (let n = 0; n < instances; n += 1) quotas.keep(app.role, shapeOf(app));
  }
  return new AgentPool(agents, quotas, {
    instances: draft.instances,
    agent: (id: AgentId) => master.agent(id),
    isLeft: (id: AgentId) => draft.leaving.has(id),
    knownValues: new KnownValues(() => master.agents()),
  });
}

function addedUp(reserved: readonly Reserved[]): readonly Reserved[] {
  const sums = new Map<string, Reserved>();
  for (const each of reserved) {
    const key = `${each.app} ${each.agentId}`;
    const instances = (sums.get(key)?.instances ?? 0) + each.instances;
    sums.set(key, { ...each, instances });
  }
  return [...sums.values()];
}
