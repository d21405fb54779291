import { millis, seconds, type Millis } from '@ekiden/kernel';
import { rolloutsUnderWay } from '../deployment/index.js';
import type { Instance, KillReason } from '../instance/index.js';
import { drainTime, tcpServicePorts } from '../traffic/index.js';
import { drainStage, type Drain, type TurnContext, type WorldCommand } from '../turn/index.js';
import type { EarliestWake } from './earliest-wake.js';

/** What these end does no work, or must not do any more. */
const AT_ONCE: ReadonlySet<KillReason> = new Set(['stagingTooLong', 'notConfirmed', 'orphaned']);

/**
 * What fails its checks may still end the answers it has begun; if it hangs, its replacement does
 * not wait longer than this for nothing (ADR 0046).
 */
const ILL_DRAIN_MAX = seconds(10);

/**
 * Whether the kill of an instance's task waits: it has left the routes, but not all routers have
 * confirmed that, or something is still under way to it (rollouts.md, Drain; ADR 0046). Never
 * longer than the drain of its app lasts, also while no router can be asked.
 */
export function drainsFirst(context: TurnContext, instance: Instance, wake: EarliestWake): boolean {
  const { draft, now } = context;
  const { task } = instance;
  if (task === undefined || draft.killAsks.has(task.id)) return false;
  const drain = draft.drains.get(task.id) ?? beginDrain(context, instance);
  if (drain === undefined) return false;
  if (instance.condition !== 'Running' || drain.until <= now) return false;
  if (drainStage(drain, draft.confirmed) === 'drained') return false;
  wake.by(drain.until);
  return true;
}

function beginDrain(context: TurnContext, instance: Instance): Drain | undefined {
  const { draft, now, state } = context;
  const { appId, id, kill, task } = instance;
  if (task === undefined || kill === undefined || !mayBeRouted(context, instance)) return undefined;
  // Of an order that was given earlier the routes of the last turn know already.
  const known = draft.instances.before(id)?.kill !== undefined;
  const drain: Drain = {
    taskId: task.id,
    appId,
    turn: known ? state.turn : state.turn + 1,
    since: kill.since,
    until: millis(kill.since + drainOf(context, instance)),
  };
  if (drain.until > now) draft.drains.put(task.id, drain);
  return drain;
}

function drainOf({ draft }: TurnContext, instance: Instance): Millis {
  const definition = draft.apps.get(instance.appId) ?? draft.definitionOf(instance);
  if (definition === undefined) return millis(0);
  const lasts = drainTime(definition, draft.groups);
  return instance.kill?.reason === 'unhealthy' ? millis(Math.min(lasts, ILL_DRAIN_MAX)) : lasts;
}

/** A route may have led to it: it runs, was healthy once, and its app has service ports. */
function mayBeRouted({ draft, settings }: TurnContext, instance: Instance): boolean {
  const { condition, kill, task } = instance;
  if (!settings.hasRouter || condition !== 'Running' || instance.hook !== undefined) return false;
  if (kill === undefined || AT_ONCE.has(kill.reason)) return false;
  const definition = draft.definitionOf(instance);
  if (definition === undefined) return false;
  if (definition.healthChecks.length > 0 && task?.healthy === undefined) return false;
  return tcpServicePorts(definition).some(({ isHostPort }) => !isHostPort);
}

/** Routers follow the routes of a turn: what was held back until then goes on. */
export function takeConfirmedRoutes(
  { draft, state }: TurnContext,
  { epoch, generation, draining }: Extract<WorldCommand, { kind: 'routesConfirmed' }>,
): void {
  if (epoch !== state.epoch || generation < draft.confirmed.generation) return;
  draft.confirmed = { generation, draining: new Set(draining) };
  for (const drain of draft.drains.values()) {
    if (drainStage(drain, draft.confirmed) === 'drained') draft.dirty.add(drain.appId);
  }
  for (const deployment of draft.deployments.by('rollout', 'yes')) {
    for (const { phase, twins } of rolloutsUnderWay(deployment)) {
      if (phase === 'switching') for (const { id } of twins) draft.dirty.add(id);
    }
  }
}
