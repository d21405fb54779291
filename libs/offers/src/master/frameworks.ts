import { err, isTerminalTaskState, millis, ok, type Millis, type Result } from '@ekiden/kernel';

import { roleViolation, type CallRefusal, type FrameworkId } from '../framework/index.js';
import type { FrameworkInfo } from '../framework/index.js';
import type { Draft } from './draft.js';
import type { FrameworkRow } from './rows.js';
import { latestStatus } from './statuses.js';
import { tearDown } from './teardown.js';

/**
 * Connects a framework, new or back. A second subscription of one id replaces the first: its
 * offers are void. Tasks that ended while it was away are told now.
 */
export function subscribe(draft: Draft, info: FrameworkInfo): Result<void, CallRefusal> {
  const rule = roleRule(info.roles);
  if (rule !== undefined) return err({ kind: 'invalidRole', rule });
  if (draft.frameworks.get(info.id)?.tearingDown === true) return err({ kind: 'tearingDown' });
  draft.discardOffersOfFramework(info.id);
  draft.takeEvents(info.id);
  const row: FrameworkRow = { id: info.id, info, connected: true, tearingDown: false };
  draft.frameworks.put(info.id, row);
  const { roles, minimumAllocatable } = info;
  const added = { kind: 'frameworkAdded' as const, frameworkId: info.id, roles, active: true };
  draft.allocator.reduce(
    minimumAllocatable === undefined ? added : { ...added, minimumAllocatable },
  );
  for (const task of draft.tasks.by('framework', info.id)) {
    if (!isTerminalTaskState(task.state)) continue;
    draft.emitStatus(info.id, task.lastStatus ?? latestStatus(draft, task));
    draft.tasks.remove(task.id);
  }
  return ok(undefined);
}

/** Its tasks live on until the failover timeout; its offers and undelivered events do not. */
export function disconnect(draft: Draft, frameworkId: FrameworkId): void {
  const row = draft.frameworks.get(frameworkId);
  if (row?.connected !== true) return;
  draft.discardOffersOfFramework(frameworkId);
  draft.takeEvents(frameworkId);
  const after = { ...row, connected: false, disconnectedAt: draft.ctx.now };
  draft.frameworks.put(frameworkId, after);
  draft.allocator.reduce({ kind: 'frameworkDeactivated', frameworkId });
}

/** Begins to tear down frameworks that were away too long (offer-core 1.4). */
export function expireFrameworks(draft: Draft): void {
  for (const row of draft.frameworks.by('connected', 'no')) {
    if (row.tearingDown) continue;
    const end = failoverEnd(row);
    if (end === undefined) {
      // Restored rows do not know how long it has been: the timeout counts from the restart.
      draft.frameworks.put(row.id, { ...row, disconnectedAt: draft.ctx.now });
    } else if (end <= draft.ctx.now) {
      tearDown(draft, row);
    }
  }
}

export function failoverEnd(row: FrameworkRow): Millis | undefined {
  if (row.disconnectedAt === undefined) return undefined;
  return millis(row.disconnectedAt + row.info.failoverTimeout);
}

function roleRule(roles: readonly string[]): string | undefined {
  if (roles.length === 0) return 'a framework has at least one role';
  if (new Set(roles).size < roles.length) return 'a framework names each role once';
  for (const role of roles) {
    const rule = roleViolation(role);
    if (rule !== undefined) return rule;
  }
  return undefined;
}
