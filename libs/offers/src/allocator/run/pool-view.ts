import type { AgentId } from '@ekiden/kernel';

import { containsResources } from '../../resources/index.js';
import {
  freeChunk,
  summedUp,
  type AgentEntry,
  type Books,
  type Chunk,
  type Subscription,
} from '../books/index.js';
import type {
  PoolSnapshot,
  PoolTransaction,
  TransactionConflict,
  TransactionOutcome,
} from '../pool-snapshot.js';
import { equalAmounts } from '../shares/index.js';

interface Taking {
  readonly agent: AgentEntry;
  readonly chunk: Chunk;
}

/** Bags are immutable, so the view costs one small object an agent, and stays as it was. */
export function snapshot(books: Books): PoolSnapshot {
  const agents = books.lookedAt
    .everyAgent()
    .filter((agent) => agent.active && agent.letIn)
    .map((agent) => ({
      facts: agent.facts,
      version: agent.version,
      available: freeChunk(books.names, agent).resources,
    }));
  return { agents };
}

/** Books takings whose agents are as they were read; first come, first served (Omega). */
export function commit(books: Books, transaction: PoolTransaction): TransactionOutcome {
  const { frameworkId, role, mode, takings } = transaction;
  const subscription = books.track(frameworkId, role);
  const good: Taking[] = [];
  const conflicts: TransactionConflict[] = [];
  const reserved: number[] = [];
  for (const { agentId, version, resources } of takings) {
    const chunk = summedUp(books.names, resources);
    const reason = conflictOf(books, subscription, agentId, version, chunk, reserved);
    if (reason !== undefined) {
      conflicts.push({ agentId, reason });
      continue;
    }
    for (let i = 0; i < chunk.open.length; i += 1) {
      reserved[i] = (reserved[i] ?? 0) + (chunk.open[i] ?? 0);
    }
    good.push({ agent: books.agent(agentId), chunk });
  }
  if (mode === 'all' && conflicts.length > 0) {
    books.untrack(subscription);
    return { committed: [], conflicts };
  }
  for (const { agent, chunk } of good) books.hold(subscription, agent, chunk);
  books.untrack(subscription);
  return { committed: good.map(({ agent }) => agent.id), conflicts };
}

function conflictOf(
  books: Books,
  subscription: Subscription,
  agentId: AgentId,
  version: number,
  chunk: Chunk,
  reserved: readonly number[],
): TransactionConflict['reason'] | undefined {
  const agent = books.agents.get(agentId);
  if (agent === undefined) return 'unknownAgent';
  if (!agent.active || !agent.letIn) return 'agentInactive';
  if (agent.version !== version) return 'changed';
  if (!containsResources(freeChunk(books.names, agent).resources, chunk.resources)) {
    return 'notAvailable';
  }
  if (!books.nodes.anyQuota) return undefined;
  const wanted = chunk.open.map((milli, i) => milli + (reserved[i] ?? 0));
  const within = books.nodes.withinLimits(subscription.role.node, wanted);
  return equalAmounts(within, wanted) ? undefined : 'limit';
}
