import {
  isTerminalTaskState,
  millis,
  type Millis,
  type TaskId,
  type TaskStatus,
} from '@ekiden/kernel';
import type { PathId } from '../app/index.js';
import { killOverdue } from '../events/index.js';
import { KillBudget, type Draft, type KillAsk, type TurnContext } from '../turn/index.js';
import type { EarliestWake } from './earliest-wake.js';

/** Kills of one task are never further apart than so many retries, however often they go unheard. */
const PAUSE_MAX = 8;

/** A task that lives this many retries longer than its grace is killed without any. */
const PATIENCE = 2;

export interface Doomed {
  readonly taskId: TaskId;
  readonly appId: PathId;
  /** Seconds between SIGTERM and SIGKILL. */
  readonly grace: number;
}

/**
 * Has a task killed: passes the kill on once, and again whenever its end has not come (SCL-24),
 * at distances that double up to four minutes. A task that outlives its grace by far gets no more
 * allowance, and that is told. At most so many kills are unanswered at a time (SCL-23); the others
 * wait for their turn.
 */
export function passKillOn(context: TurnContext, doomed: Doomed, wake: EarliestWake): void {
  const { draft, master, now, settings } = context;
  const { taskId, appId, grace } = doomed;
  const before = draft.killAsks.get(taskId);
  const dueAt = before === undefined ? now : dueAgain(before, settings.killRetry);
  if (dueAt > now) {
    wake.by(dueAt);
    return;
  }
  if (!context.kills.take()) {
    draft.killsWaiting.add(appId);
    wake.by(now + settings.killRetry);
    return;
  }
  const firstAt = before?.firstAt ?? now;
  const overdue = now - firstAt >= grace * 1000 + PATIENCE * settings.killRetry;
  const asks = (before?.asks ?? 0) + 1;
  const ask: KillAsk = { taskId, appId, firstAt, at: now, asks, answered: false, overdue };
  draft.drains.remove(taskId);
  draft.killAsks.put(taskId, ask);
  if (overdue && before?.overdue !== true) draft.events.push(killOverdue(ask));
  master.call(context.state.frameworkId, {
    kind: 'kill',
    taskId,
    gracePeriod: millis(overdue ? 0 : grace * 1000),
  });
  wake.by(dueAgain(ask, settings.killRetry));
}

function dueAgain({ at, asks }: KillAsk, retry: Millis): Millis {
  return millis(at + retry * Math.min(PAUSE_MAX, 2 ** (asks - 1)));
}

/** Its host says that it is at it, or that it is done: another kill may be passed on. */
export function noteAnswer({ draft }: Pick<TurnContext, 'draft'>, status: TaskStatus): void {
  if (isTerminalTaskState(status.state)) draft.forgetKill(status.taskId);
  const ask = draft.killAsks.get(status.taskId);
  if (ask === undefined) return;
  if (status.state === 'TASK_KILLING' && !ask.answered) {
    draft.killAsks.put(status.taskId, { ...ask, answered: true });
  }
}

/** What was passed on before its host was listening did not arrive: it is due again at once. */
export function forgetAsk(draft: Draft, taskId: TaskId): void {
  const ask = draft.killAsks.get(taskId);
  if (ask !== undefined) draft.killAsks.put(taskId, { ...ask, at: millis(0), answered: true });
}

/** How many kills may go out in a turn: those that went unheard for long are not counted. */
export function killBudgetOf(
  draft: Draft,
  facts: Pick<TurnContext, 'now' | 'settings'>,
): KillBudget {
  const { now, settings } = facts;
  const { killAsks } = draft;
  const isOpen = ({ at }: KillAsk): boolean => at + settings.killRetry > now;
  return new KillBudget(settings.killsOutstanding, {
    mark: () => `${killAsks.size} ${killAsks.count('open', 'yes')}`,
    open: () => killAsks.by('open', 'yes').filter(isOpen).length,
  });
}

/** Has the apps looked at whose kills wait, as soon as there is room for some. */
export function wakeWaitingKills({ draft, kills }: TurnContext): void {
  if (draft.killsWaiting.size === 0 || kills.room <= 0) return;
  for (const app of draft.killsWaiting) draft.dirty.add(app);
  draft.killsWaiting.clear();
}
