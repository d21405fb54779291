import { err, ok, type Result } from '@ekiden/kernel';

import type { CallRefusal, FrameworkCall } from '../framework/index.js';
import { addResources, NO_RESOURCES } from '../resources/index.js';
import { duplicateTask } from './accept.js';
import type { Draft } from './draft.js';
import { dropLaunches, launch } from './launches.js';
import type { FrameworkRow } from './rows.js';

type Transact = Extract<FrameworkCall, { kind: 'transact' }>;

/**
 * Launches on resources the framework chose from a snapshot, if they are still there (offer-core
 * O8, after Omega): each agent's taking holds or conflicts by itself, or with `all` only together.
 * What conflicts is dropped, and the event `transaction` says why.
 */
export function transact(
  draft: Draft,
  framework: FrameworkRow,
  call: Transact,
): Result<void, CallRefusal> {
  const { snapshots } = draft.allocator;
  if (snapshots === undefined) return err({ kind: 'notSupported' });
  const refusal = refusalOf(draft, framework, call);
  if (refusal !== undefined) return err(refusal);
  const { id: frameworkId } = framework;
  const { role, takings, mode } = call;
  const wanted = takings.map(({ agentId, version, launches }) => ({
    agentId,
    version,
    resources: launches.reduce((sum, each) => addResources(sum, each.resources), NO_RESOURCES),
  }));
  const outcome = snapshots.commit({ frameworkId, role, takings: wanted, mode });
  const committed = new Set(outcome.committed);
  for (const { agentId, launches } of takings) {
    if (committed.has(agentId)) {
      draft.touched.add(agentId);
      for (const task of launches) launch(draft, { frameworkId, role, agentId }, task);
    } else {
      dropLaunches(draft, frameworkId, launches, agentId, {
        state: 'TASK_DROPPED',
        reason: 'TASK_INVALID',
        message: 'what the transaction takes there has changed',
      });
    }
  }
  const { conflicts } = outcome;
  draft.emit(frameworkId, { kind: 'transaction', committed: outcome.committed, conflicts });
  return ok(undefined);
}

function refusalOf(
  draft: Draft,
  { info }: FrameworkRow,
  { role, takings }: Transact,
): CallRefusal | undefined {
  if (!info.roles.includes(role)) return { kind: 'unknownRole', role };
  const agents = new Set(takings.map(({ agentId }) => agentId));
  if (agents.size < takings.length) {
    return { kind: 'invalidTransaction', rule: 'an agent is named once' };
  }
  for (const { launches } of takings) {
    if (launches.length > 0 && launches.every(({ resources }) => resources.length > 0)) continue;
    return { kind: 'invalidTransaction', rule: 'each taking has tasks, each with resources' };
  }
  return duplicateTask(
    draft,
    takings.flatMap(({ launches }) => launches),
  );
}
