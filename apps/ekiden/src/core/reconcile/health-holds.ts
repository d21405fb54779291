import { millis, seconds, type AgentId, type Millis } from '@ekiden/kernel';
import type { AppDefinition } from '../app/index.js';
import { healthKillsSuspended } from '../events/index.js';
import { sayOnAgent, type Instance, type InstanceTask } from '../instance/index.js';
import type { HealthHold, TurnContext } from '../turn/index.js';
import { causeOf } from './health-kill.js';

/*
 * When many fail at once, the fault is rarely theirs: a dependency is away, a host is cut off, the
 * check is wrong. Then nothing is killed for a while, and afterwards one at a time, so that a fleet
 * that is stuck for good recovers (rollouts.md, Health kills).
 */

/** Fewer tell nothing about anything but themselves: a hung singleton is replaced at once. */
const MANY = 2;

/** Until when an instance is not to be killed for its health; `undefined` = it may be now. */
export function heldUntil(
  context: TurnContext,
  app: AppDefinition,
  { task }: Instance,
): Millis | undefined {
  const ofAgent = task && agentHold(context, app, task.agentId);
  const ofApp = appHold(context, app);
  const last = Math.max(ofApp?.until ?? 0, ofAgent?.until ?? 0, ownAnswerDue(context, app, task));
  return last > context.now ? millis(last) : undefined;
}

/**
 * Holds are not stored, and what is stored may be out of date: a new leader gives every check that
 * failed before its term the time to be asked once more.
 */
function ownAnswerDue({ state }: TurnContext, app: AppDefinition, task: InstanceTask | undefined) {
  const began = state.blindSpot.until;
  const isAsked = task?.health?.some(({ lastFailure = 0 }) => lastFailure > began) === true;
  return isAsked ? 0 : began + roundOf(app);
}

/**
 * One is killed; while something is wrong at large, the next of its app, or on its agent, has to
 * wait for an interval.
 */
export function noteHealthKill(
  { draft, now }: TurnContext,
  app: AppDefinition,
  { task }: Instance,
): void {
  const pace = seconds(Math.max(1, ...app.healthChecks.map((check) => check.intervalSeconds)));
  const keys = [app.id, ...(task === undefined ? [] : [agentKey(task.agentId)])];
  for (const key of keys) {
    const hold = draft.healthHolds.get(key);
    if (hold !== undefined) draft.healthHolds.put(hold.key, { ...hold, until: millis(now + pace) });
  }
}

/** Nobody of the app is to be killed any more: what was wrong at large is over for it. */
export function endHolds({ draft }: TurnContext, app: AppDefinition): void {
  for (const hold of draft.healthHolds.by('app', app.id)) {
    const others = hold.apps.filter((id) => id !== app.id);
    if (others.length === 0) {
      draft.healthHolds.remove(hold.key);
      // It held others as well, while it was ending.
      const agentId = agentOf(hold.key);
      const there = agentId === undefined ? [] : draft.instances.by('illOn', agentId);
      for (const { appId } of there) draft.dirty.add(appId);
    } else draft.healthHolds.put(hold.key, { ...hold, apps: others });
  }
}

/**
 * Has those looked at whose agent looks different by what has changed on it: most of what is there
 * fails by now, though nothing of theirs has changed, or does no more.
 */
export function wakeHeldOnes(context: TurnContext): void {
  const { draft } = context;
  for (const agentId of draft.judgedAnew) {
    const ill = draft.instances.by('illOn', agentId);
    if (ill.length === 0) continue;
    const count = countOn(context, agentId);
    const hold = draft.healthHolds.get(agentKey(agentId));
    const held = new Set(hold?.ending === false ? hold.apps : []);
    for (const instance of ill) {
      const app = draft.apps.get(instance.appId);
      if (app === undefined || causeOf(context, instance) === undefined) continue;
      if (held.has(app.id) !== isAtLarge(context, app, count)) draft.dirty.add(app.id);
    }
  }
  draft.judgedAnew.clear();
}

function appHold(context: TurnContext, app: AppDefinition): HealthHold | undefined {
  const meant = context.draft.instances
    .by('app', app.id)
    .filter(({ goal, replaces }) => goal === 'Running' && replaces === undefined);
  const failing = meant.filter(isFailing).length;
  const tripped = failing >= MANY && failing * 2 > meant.length;
  return keepHold(context, app, {
    key: app.id,
    reason: tripped ? `${failing} of ${meant.length} instances fail their checks` : undefined,
  });
}

/**
 * One for all apps on the agent: each alone may have a single instance there. It begins when all
 * fail and lasts while most do, as the first ones that were replaced are well again; a new leader
 * takes it that there was one where most do.
 */
function agentHold(
  context: TurnContext,
  app: AppDefinition,
  agentId: AgentId,
): HealthHold | undefined {
  const count = countOn(context, agentId);
  const { failing, judged } = count;
  const words = failing === judged ? `all ${failing}` : `${failing} of ${judged}`;
  return keepHold(context, app, {
    key: agentKey(agentId),
    reason: isAtLarge(context, app, count)
      ? `${words} checked tasks on agent ${agentId} fail`
      : undefined,
  });
}

/** Of the tasks on one agent: those that checks have said something of, and those they fail. */
interface AgentCount {
  readonly agentId: AgentId;
  readonly judged: number;
  readonly failing: number;
}

function countOn({ draft }: TurnContext, agentId: AgentId): AgentCount {
  const says = draft.instances.by('agent', agentId).map(sayOnAgent);
  const judged = says.filter((one) => one !== undefined).length;
  return { agentId, judged, failing: says.filter((one) => one === 'ill').length };
}

function isAtLarge(
  { draft, now, state }: TurnContext,
  app: AppDefinition,
  { agentId, judged, failing }: AgentCount,
): boolean {
  const isNewTerm = now < state.blindSpot.until + roundOf(app);
  const lasts = draft.healthHolds.has(agentKey(agentId)) || isNewTerm;
  return failing >= MANY && (lasts ? failing * 2 > judged : failing === judged);
}

function agentKey(agentId: AgentId): string {
  return `@${agentId}`;
}

function agentOf(key: string): AgentId | undefined {
  return key.startsWith('@') ? (key.slice(1) as AgentId) : undefined;
}

function isFailing({ condition, task }: Instance): boolean {
  return condition === 'Running' && task?.healthy === false;
}

/**
 * Begins, keeps or ends a hold; without a reason there is none, but not from one moment to the
 * next: what has not been asked since the others recovered may be as well as they. Each app is told
 * of once.
 */
function keepHold(
  { draft, now, settings }: TurnContext,
  app: AppDefinition,
  { key, reason }: { readonly key: string; readonly reason: string | undefined },
): HealthHold | undefined {
  const before = draft.healthHolds.get(key);
  if (reason === undefined) {
    if (before === undefined) return undefined;
    if (!before.ending) {
      const last = { ...before, ending: true, until: millis(now + roundOf(app)) };
      draft.healthHolds.put(key, last);
      return last;
    }
    if (before.until > now) return before;
    draft.healthHolds.remove(key);
    return undefined;
  }
  const going = before?.ending === false ? before : undefined;
  if (going?.apps.includes(app.id) === true) return going;
  const hold: HealthHold = {
    key,
    apps: [...(going?.apps ?? []), app.id],
    reason: going?.reason ?? reason,
    until: going?.until ?? millis(now + settings.healthHold),
    ending: false,
  };
  draft.healthHolds.put(key, hold);
  draft.events.push(healthKillsSuspended({ ...hold, appId: app.id }));
  return hold;
}

/** By then every task of the app has been asked again, and its answer is here or late. */
function roundOf({ healthChecks }: AppDefinition): Millis {
  const each = healthChecks.map((check) => check.intervalSeconds * 1.1 + check.timeoutSeconds);
  return seconds(Math.max(1, ...each));
}
