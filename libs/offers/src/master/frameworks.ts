import { err, isTerminalTaskState, millis, ok, type Millis, type Result } from '@ekiden/kernel';

import type { FrameworkFacts } from '../allocator/index.js';
import {
  compileConstraints,
  roleViolation,
  type CallRefusal,
  type FrameworkCall,
  type FrameworkId,
  type FrameworkInfo,
} from '../framework/index.js';
import type { Draft } from './draft.js';
import type { FrameworkRow } from './rows.js';
import { latestStatus } from './statuses.js';
import { putAway, tearDown } from './teardown.js';

type Update = Extract<FrameworkCall, { kind: 'updateFramework' }>['update'];

/**
 * Connects a framework, new or back. A second subscription of one id replaces the first: its
 * offers and filters are void. Tasks that ended while it was away are told now.
 */
export function subscribe(draft: Draft, info: FrameworkInfo): Result<void, CallRefusal> {
  const refusal = infoRefusal(info);
  if (refusal !== undefined) return err(refusal);
  const before = draft.frameworks.get(info.id);
  if (before?.tearingDown === true) return err({ kind: 'tearingDown' });
  if (before?.connected === true) putAway(draft, before);
  const row: FrameworkRow = { id: info.id, info, connected: true, tearingDown: false };
  draft.frameworks.put(info.id, row);
  draft.allocator.reduce({ kind: 'frameworkAdded', active: true, ...frameworkFacts(info) });
  keepAsksOf(draft, info);
  for (const task of draft.tasks.by('framework', info.id)) {
    if (!isTerminalTaskState(task.state)) continue;
    draft.emitStatus(info.id, task.lastStatus ?? latestStatus(draft, task));
    draft.tasks.remove(task.id);
  }
  return ok(undefined);
}

/**
 * Changes what a connected framework is without a new subscription: offers stay, but for those
 * under roles it leaves (UPDATE_FRAMEWORK of Mesos 1.9).
 */
export function updateFramework(
  draft: Draft,
  row: FrameworkRow,
  update: Update,
): Result<void, CallRefusal> {
  const { id, name, principal, failoverTimeout } = row.info;
  const bare = { id, name, failoverTimeout, ...update };
  const info: FrameworkInfo = principal === undefined ? bare : { ...bare, principal };
  const refusal = infoRefusal(info);
  if (refusal !== undefined) return err(refusal);
  for (const offer of draft.offers.by('framework', id)) {
    if (info.roles.includes(offer.role)) continue;
    draft.discardOffer(offer, `the framework has left the role ${offer.role}`);
  }
  draft.frameworks.put(id, { ...row, info });
  draft.allocator.reduce({ kind: 'frameworkAdded', active: true, ...frameworkFacts(info) });
  keepAsksOf(draft, info);
  return ok(undefined);
}

/** Its tasks live on until the failover timeout; its offers and undelivered events do not. */
export function disconnect(draft: Draft, frameworkId: FrameworkId): void {
  const row = draft.frameworks.get(frameworkId);
  if (row?.connected === true) putAway(draft, row);
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

/** What of a framework the allocator is to know. Suppressed is what it says now, as in Mesos. */
export function frameworkFacts(info: FrameworkInfo): FrameworkFacts {
  const { id, roles, capabilities, suppressedRoles, minimumAllocatable, offerConstraints } = info;
  return {
    frameworkId: id,
    roles,
    ...(capabilities === undefined ? {} : { capabilities }),
    suppressed: suppressedRoles ?? [],
    ...(minimumAllocatable === undefined ? {} : { minimumAllocatable }),
    ...(offerConstraints === undefined ? {} : { offerConstraints }),
  };
}

/** Asks under roles it no longer has are over, as in the allocator; without ASKS all of them. */
function keepAsksOf(draft: Draft, info: FrameworkInfo): void {
  const row = draft.asks.get(info.id);
  if (row === undefined) return;
  if (info.capabilities?.includes('ASKS') !== true) {
    draft.asks.remove(info.id);
    return;
  }
  const asks = row.asks.filter((ask) => info.roles.includes(ask.role));
  if (asks.length < row.asks.length) draft.asks.put(info.id, { ...row, asks });
}

function infoRefusal(info: FrameworkInfo): CallRefusal | undefined {
  const rule = roleRule(info.roles);
  if (rule !== undefined) return { kind: 'invalidRole', rule };
  const { suppressedRoles = [], offerConstraints = {}, minimumAllocatable = {} } = info;
  const named = [...suppressedRoles, ...Object.keys(offerConstraints)];
  const unknown = [...named, ...Object.keys(minimumAllocatable)].find(
    (role) => !info.roles.includes(role),
  );
  if (unknown !== undefined) return { kind: 'unknownRole', role: unknown };
  for (const [role, constraints] of Object.entries(offerConstraints)) {
    const compiled = compileConstraints(constraints);
    if (compiled.ok) continue;
    const [first] = compiled.error;
    return { kind: 'invalidWish', role, rule: `${first?.path ?? ''}: ${first?.rule ?? ''}` };
  }
  return undefined;
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
