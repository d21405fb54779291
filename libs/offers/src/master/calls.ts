import { assertNever, err, isTerminalTaskState, ok, type Result } from '@ekiden/kernel';

import type { Ask, CallRefusal, FrameworkCall, FrameworkId } from '../framework/index.js';
import { accept, decline } from './accept.js';
import type { Draft } from './draft.js';
import type { FrameworkRow } from './rows.js';
import { latestStatus, reconcileUnknown } from './statuses.js';

/** Bound on the asks of one framework. */
const ASKS_MAX = 20_000;

/** Does what a subscribed framework asks, or says why not. */
export function handleCall(
  draft: Draft,
  frameworkId: FrameworkId,
  call: FrameworkCall,
): Result<void, CallRefusal> {
  const framework = draft.frameworks.get(frameworkId);
  if (framework?.connected !== true) return err({ kind: 'notSubscribed' });
  switch (call.kind) {
    case 'ask':
      return ask(draft, framework, call.asks);
    case 'accept':
      return accept(draft, frameworkId, call);
    case 'decline':
      decline(draft, frameworkId, call);
      return ok(undefined);
    case 'suppress':
      return suppress(draft, framework, 'suppressed', call.roles);
    case 'revive':
      return suppress(draft, framework, 'revived', call.roles);
    case 'kill':
      return kill(draft, frameworkId, call);
    case 'reconcile':
      return reconcile(draft, frameworkId, call.tasks);
    case 'acknowledge':
      // Embedded, forwarding a status is its delivery: there is nothing left to acknowledge.
      return ok(undefined);
    default:
      return assertNever(call);
  }
}

function ask(
  draft: Draft,
  framework: FrameworkRow,
  asks: readonly Ask[],
): Result<void, CallRefusal> {
  if (asks.length > ASKS_MAX) {
    return err({ kind: 'tooManyAsks', wanted: asks.length, max: ASKS_MAX });
  }
  const ids = new Set<string>();
  for (const { id, role, count } of asks) {
    if (!framework.info.roles.includes(role)) return err({ kind: 'unknownRole', role });
    if (ids.has(id)) return err({ kind: 'invalidAsk', askId: id, rule: 'an ask has its own id' });
    if (!Number.isSafeInteger(count) || count < 0) {
      return err({ kind: 'invalidAsk', askId: id, rule: 'the count is a whole number >= 0' });
    }
    ids.add(id);
  }
  draft.allocator.reduce({ kind: 'askChanged', frameworkId: framework.id, asks });
  return ok(undefined);
}

function suppress(
  draft: Draft,
  framework: FrameworkRow,
  kind: 'suppressed' | 'revived',
  roles: readonly string[] | undefined,
): Result<void, CallRefusal> {
  const unknown = roles?.find((role) => !framework.info.roles.includes(role));
  if (unknown !== undefined) return err({ kind: 'unknownRole', role: unknown });
  const event = { kind, frameworkId: framework.id };
  draft.allocator.reduce(roles === undefined ? event : { ...event, roles });
  return ok(undefined);
}

/** Repeating it repeats the effect; a task nobody knows is answered as in a reconciliation. */
function kill(
  draft: Draft,
  frameworkId: FrameworkId,
  call: Extract<FrameworkCall, { kind: 'kill' }>,
): Result<void, CallRefusal> {
  const { taskId, gracePeriod } = call;
  const task = draft.tasks.get(taskId);
  if (task === undefined) {
    reconcileUnknown(draft, frameworkId, { taskId });
    return ok(undefined);
  }
  if (task.frameworkId !== frameworkId) return err({ kind: 'foreignTask', taskId });
  if (isTerminalTaskState(task.state)) return ok(undefined);
  const effect = { kind: 'kill' as const, agentId: task.agentId, taskId };
  draft.effects.push(gracePeriod === undefined ? effect : { ...effect, gracePeriod });
  return ok(undefined);
}

function reconcile(
  draft: Draft,
  frameworkId: FrameworkId,
  asked: Extract<FrameworkCall, { kind: 'reconcile' }>['tasks'],
): Result<void, CallRefusal> {
  if (asked.length === 0) {
    for (const task of draft.tasks.by('framework', frameworkId)) {
      draft.emitStatus(frameworkId, latestStatus(draft, task));
    }
    return ok(undefined);
  }
  for (const each of asked) {
    const task = draft.tasks.get(each.taskId);
    if (task?.frameworkId === frameworkId) {
      draft.emitStatus(frameworkId, latestStatus(draft, task));
    } else {
      reconcileUnknown(draft, frameworkId, each);
    }
  }
  return ok(undefined);
}
