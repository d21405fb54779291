import { assertNever, err, isTerminalTaskState, ok, type Result } from '@ekiden/kernel';

import type { CallRefusal, FrameworkCall, FrameworkId } from '../framework/index.js';
import { accept, decline } from './accept.js';
import { setAsks } from './asks.js';
import type { Draft } from './draft.js';
import { updateFramework } from './frameworks.js';
import { answerInverse } from './inverse-offers.js';
import { renew } from './leases.js';
import type { FrameworkRow } from './rows.js';
import { latestStatus, reconcileUnknown } from './statuses.js';
import { putAway, tearDown } from './teardown.js';
import { transact } from './transact.js';

type Call<Kind extends FrameworkCall['kind']> = Extract<FrameworkCall, { kind: Kind }>;

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
    case 'request':
      return setAsks(draft, framework, call.asks);
    case 'accept':
      return accept(draft, frameworkId, call);
    case 'decline':
      decline(draft, frameworkId, call);
      return ok(undefined);
    case 'renew':
      renew(draft, frameworkId, call.offerIds);
      return ok(undefined);
    case 'suppress':
    case 'unsuppress':
    case 'revive':
    case 'clearFilters':
      return want(draft, framework, call);
    case 'updateFramework':
      return updateFramework(draft, framework, call.update);
    case 'acceptInverse':
    case 'declineInverse':
      answerInverse(draft, frameworkId, call);
      return ok(undefined);
    case 'transact':
      return transact(draft, framework, call);
    case 'kill':
      return kill(draft, frameworkId, call);
    case 'reconcile':
      return reconcile(draft, frameworkId, call.tasks);
    case 'acknowledge':
      // Embedded, forwarding a status is its delivery: there is nothing left to acknowledge.
      return ok(undefined);
    case 'teardown':
      tearDown(draft, putAway(draft, framework));
      return ok(undefined);
    default:
      return assertNever(call);
  }
}

const WANTS = {
  suppress: 'suppressed',
  unsuppress: 'unsuppressed',
  revive: 'revived',
} as const;

function want(
  draft: Draft,
  { id: frameworkId, info }: FrameworkRow,
  call: Call<keyof typeof WANTS | 'clearFilters'>,
): Result<void, CallRefusal> {
  const unknown = call.roles?.find((role) => !info.roles.includes(role));
  if (unknown !== undefined) return err({ kind: 'unknownRole', role: unknown });
  const roles = call.roles === undefined ? {} : { roles: call.roles };
  if (call.kind === 'clearFilters') {
    const agent = call.agentId === undefined ? {} : { agentId: call.agentId };
    draft.allocator.reduce({ kind: 'filtersCleared', frameworkId, ...roles, ...agent });
  } else {
    draft.allocator.reduce({ kind: WANTS[call.kind], frameworkId, ...roles });
  }
  return ok(undefined);
}

/** Repeating it repeats the effect; a task nobody knows is answered as in a reconciliation. */
function kill(
  draft: Draft,
  frameworkId: FrameworkId,
  call: Call<'kill'>,
): Result<void, CallRefusal> {
  const { taskId, gracePeriod } = call;
  const task = draft.tasks.get(taskId);
  if (task === undefined) {
    reconcileUnknown(draft, frameworkId, { taskId });
    return ok(undefined);
  }
  if (task.frameworkId !== frameworkId) return err({ kind: 'foreignTask', taskId });
  if (isTerminalTaskState(task.state)) return ok(undefined);
  const grace = gracePeriod === undefined ? {} : { gracePeriod };
  draft.effects.push({ kind: 'kill', agentId: task.agentId, taskId, ...grace });
  return ok(undefined);
}

function reconcile(
  draft: Draft,
  frameworkId: FrameworkId,
  asked: Call<'reconcile'>['tasks'],
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
