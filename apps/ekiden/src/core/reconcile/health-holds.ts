import { millis, seconds, type AgentId, type Millis } from '@ekiden/kernel';
import type { AppDefinition } from '../app/index.js';
import { healthKillsSuspended } from '../events/index.js';
import type { Instance } from '../instance/index.js';
import type { HealthHold, TurnContext } from '../turn/index.js';

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
  const last = Math.max(appHold(context, app)?.until ?? 0, ofAgent?.until ?? 0);
  return last > context.now ? millis(last) : undefined;
}

/** One was killed; while something is wrong at large, the next has to wait for an interval. */
export function noteHealthKill({ draft, now }: TurnContext, app: AppDefinition): void {
  const pace = seconds(Math.max(1, ...app.healthChecks.map((check) => check.intervalSeconds)));
  for (const hold of draft.healthHolds.by('app', app.id)) {
    draft.healthHolds.put(hold.key, { ...hold, until: millis(now + pace) });
  }
}

/** Nobody of the app is to be killed any more: what was wrong at large is over. */
export function endHolds({ draft }: TurnContext, app: AppDefinition): void {
  for (const { key } of draft.healthHolds.by('app', app.id)) draft.healthHolds.remove(key);
}

function appHold(context: TurnContext, app: AppDefinition): HealthHold | undefined {
  const meant = context.draft.instances.by('app', app.id).filter(({ goal }) => goal === 'Running');
  const failing = meant.filter(isFailing).length;
  const tripped = failing >= MANY && failing * 2 > meant.length;
  return keepHold(context, app, {
    key: app.id,
    reason: tripped ? `${failing} of ${meant.length} instances fail their checks` : undefined,
  });
}

function agentHold(
  context: TurnContext,
  app: AppDefinition,
  agentId: AgentId,
): HealthHold | undefined {
  const there = context.draft.instances.by('agent', agentId);
  const judged = there.filter(({ task }) => task?.healthy !== undefined);
  const tripped = judged.length >= MANY && judged.every(isFailing);
  return keepHold(context, app, {
    key: `${app.id}@${agentId}`,
    reason: tripped ? `all ${judged.length} checked tasks on agent ${agentId} fail` : undefined,
  });
}

function isFailing({ condition, task }: Instance): boolean {
  return condition === 'Running' && task?.healthy === false;
}

/** Begins, keeps or ends a hold; without a reason there is none. */
function keepHold(
  { draft, now, settings }: TurnContext,
  app: AppDefinition,
  { key, reason }: { readonly key: string; readonly reason: string | undefined },
): HealthHold | undefined {
  const before = draft.healthHolds.get(key);
  if (reason === undefined) {
    if (before !== undefined) draft.healthHolds.remove(key);
    return undefined;
  }
  if (before !== undefined) return before;
  const hold = { key, appId: app.id, reason, until: millis(now + settings.healthHold) };
  draft.healthHolds.put(key, hold);
  draft.events.push(healthKillsSuspended(hold));
  return hold;
}
