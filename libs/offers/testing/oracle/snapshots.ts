import type { AgentId } from '@ekiden/kernel';

import type {
  PoolSnapshot,
  PoolTransaction,
  TransactionConflict,
  TransactionOutcome,
} from '../../src/allocator/index.js';
import {
  allocatableTo,
  containsResources,
  filterResources,
  scalarQuantitiesOf,
} from '../../src/resources/index.js';
import { isPlainScalar } from './objects.js';
import { leftUnderLimits } from './quota.js';
import { copyState, type State } from './state.js';
import { agentOf, hold } from './tracking.js';
import { freeOn, visibleAgents } from './views.js';

/** The next version of every agent of which anything is different from when it got its last. */
function renewVersions(state: State): void {
  for (const [agentId, agent] of state.agents) {
    const seen = JSON.stringify([agent, freeOn(state, agentId)]);
    const before = state.versions.get(agentId);
    if (before?.seen === seen) continue;
    state.versions.set(agentId, { version: (before?.version ?? 0) + 1, seen });
  }
}

export function snapshot(state: State): PoolSnapshot {
  renewVersions(state);
  const agents = visibleAgents(state).map((agentId) => ({
    facts: agentOf(state, agentId).facts,
    version: versionOf(state, agentId),
    available: freeOn(state, agentId),
  }));
  return { agents };
}

/** Taking after taking; in mode `all` the first conflict takes everything back. */
export function commit(state: State, transaction: PoolTransaction): TransactionOutcome {
  renewVersions(state);
  const before = copyState(state);
  const committed: AgentId[] = [];
  const conflicts: TransactionConflict[] = [];
  const { frameworkId, role, takings, mode } = transaction;
  for (const { agentId, version, resources } of takings) {
    const reason = conflictOf(state, before, { agentId, version, resources, role });
    if (reason === undefined) {
      hold(state, { frameworkId, role, agentId, resources });
      committed.push(agentId);
    } else {
      conflicts.push({ agentId, reason });
    }
  }
  if (mode === 'all' && conflicts.length > 0) {
    Object.assign(state, before);
    return { committed: [], conflicts };
  }
  return { committed, conflicts };
}

type Taking = PoolTransaction['takings'][number];

function conflictOf(
  state: State,
  before: State,
  { agentId, version, resources, role }: Taking & { readonly role: string },
): TransactionConflict['reason'] | undefined {
  const agent = state.agents.get(agentId);
  if (agent === undefined) return 'unknownAgent';
  if (!agent.active) return 'agentInactive';
  if (versionOf(before, agentId) !== version) return 'changed';
  if (!containsResources(allocatableTo(freeOn(state, agentId), role), resources)) {
    return 'notAvailable';
  }
  const left = leftUnderLimits(state, role);
  const over = scalarQuantitiesOf(filterResources(resources, isPlainScalar)).some(
    ({ name, milli }) => milli > (left.get(name)?.left ?? Number.MAX_SAFE_INTEGER),
  );
  return over ? 'limit' : undefined;
}

function versionOf(state: State, agentId: AgentId): number {
  return state.versions.get(agentId)?.version ?? 0;
}
