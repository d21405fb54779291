import { millis, type Millis } from '@ekiden/kernel';
import { isResident, type AppDefinition } from '../app/index.js';
import { maximumCapacity } from '../deployment/index.js';
import { longestGrace } from '../health/index.js';
import {
  delayAfterFailure,
  isHealthyAndReady,
  isTerminal,
  newInstanceId,
  type Instance,
  type InstanceId,
} from '../instance/index.js';
import type { TurnContext } from '../turn/index.js';
import type { EarliestWake } from './earliest-wake.js';
import { heldUntil } from './health-holds.js';
import { causeOf, killForHealth, retireForHealth } from './health-kill.js';
import { isSerial } from './reach-serial.js';

/*
 * An instance that its checks have given up is replaced before it is killed, where the app may have
 * one more (rollouts.md, Health kills): a newcomer names the one it is to replace. Without a place
 * for it, or when it takes too long, the failing one goes all the same.
 */

/** What becomes of a newcomer and the failing instance it stands in for. */
type Fate =
  | { readonly kind: 'wait'; readonly until: Millis }
  /** The newcomer is well. */
  | { readonly kind: 'retire' }
  /** It runs and has had its time. */
  | { readonly kind: 'overdue' }
  /** It finds no place beside the failing one. */
  | { readonly kind: 'makeWay' };

/**
 * Goes on with the replacements under way. Returns the failing instances whose replacement is
 * awaited: a rolling replacement is to leave them alone.
 */
export function tendReplacements(
  context: TurnContext,
  app: AppDefinition,
  wake: EarliestWake,
): ReadonlySet<InstanceId> {
  const { draft } = context;
  const replaced = new Set<InstanceId>();
  const newcomers = draft.instances
    .by('restless', app.id)
    .filter(({ replaces, generation }) => replaces !== undefined && generation === undefined);
  if (newcomers.length === 0) return replaced;
  const tooMany = countKept(context, app) - newcomers.length > app.instances;
  for (const newcomer of newcomers) {
    const failing = newcomer.replaces && draft.instances.get(newcomer.replaces);
    const cause = failing && causeToReplaceNow(context, app, { newcomer, failing });
    // Nothing to replace any more: it is one instance among the others.
    if (failing === undefined || cause === undefined || tooMany) {
      draft.putInstance(onItsOwn(newcomer));
      continue;
    }
    const fate = fateOf(context, app, { newcomer, failing });
    switch (fate.kind) {
      case 'wait':
        wake.by(fate.until);
        replaced.add(failing.id);
        break;
      case 'retire':
      case 'overdue':
        draft.putInstance(onItsOwn(newcomer));
        retireForHealth(context, failing, cause);
        break;
      case 'makeWay':
        draft.removeInstance(newcomer);
        killForHealth(context, failing, { cause, since: context.now });
        break;
    }
  }
  return replaced;
}

/** Whether the app may have one more instance than it has. */
export function hasRoomForNewcomer(context: TurnContext, app: AppDefinition): boolean {
  const { draft } = context;
  // Data has one user at a time, and comes back where it is; so does a slot.
  if (isResident(app) || isSerial(context, app)) return false;
  const alive = draft.instances
    .by('app', app.id)
    .filter(({ condition }) => !isTerminal(condition) && condition !== 'UnreachableInactive');
  return alive.length < maximumCapacity(app.instances, app.upgradeStrategy);
}

/** Has a replacement started; it is delayed like one after any failure (ADR 0013). */
export function beginReplacement(
  context: TurnContext,
  app: AppDefinition,
  { id: replaces }: Instance,
): void {
  const { draft, now } = context;
  const delay = delayAfterFailure(draft.launchDelayOf(app), app, now);
  draft.launchDelays.put(delay.id, delay);
  draft.putInstance({
    id: newInstanceId(app.id, context.ids, now),
    appId: app.id,
    appVersion: app.version,
    configVersion: app.versionInfo.lastConfigChangeAt,
    goal: 'Running',
    condition: 'Scheduled',
    incarnation: 0,
    replaces,
    createdAt: now,
    since: now,
  });
}

/** Why the failing one still is to be replaced by this very newcomer. */
function causeToReplaceNow(
  context: TurnContext,
  app: AppDefinition,
  { newcomer, failing }: { readonly newcomer: Instance; readonly failing: Instance },
): string | undefined {
  const config = app.versionInfo.lastConfigChangeAt;
  const wanted = newcomer.goal === 'Running' && failing.goal === 'Running';
  const present = newcomer.configVersion === config && failing.configVersion === config;
  return wanted && present ? causeOf(context, failing) : undefined;
}

function fateOf(
  context: TurnContext,
  app: AppDefinition,
  { newcomer, failing }: { readonly newcomer: Instance; readonly failing: Instance },
): Fate {
  const { draft, now } = context;
  if (isHealthyAndReady(newcomer, draft.definitionOf(newcomer))) return { kind: 'retire' };
  const until = patienceWith(context, app, newcomer);
  if (until > now) return { kind: 'wait', until };
  // While many fail, nothing is lost that is not replaced.
  const held = heldUntil(context, app, failing);
  if (held !== undefined) return { kind: 'wait', until: held };
  return { kind: newcomer.condition === 'Scheduled' ? 'makeWay' : 'overdue' };
}

function patienceWith(
  { draft, settings }: TurnContext,
  app: AppDefinition,
  { condition, createdAt, since }: Instance,
): Millis {
  const overdue = createdAt + longestGrace(app) + settings.replacementPatience;
  if (condition !== 'Scheduled') return millis(overdue);
  // A long delay is waited out with the failing one gone, as after any failure (HLT-04).
  const delayed = draft.launchDelayOf(app)?.until ?? since;
  const free = delayed > since + settings.replacementRoom ? since : Math.max(since, delayed);
  return millis(Math.min(free + settings.replacementRoom, overdue));
}

/** What shall stay of an app, whatever it does. */
function countKept({ draft }: TurnContext, app: AppDefinition): number {
  return draft.instances
    .by('app', app.id)
    .filter(({ goal, condition }) => goal === 'Running' && condition !== 'UnreachableInactive')
    .length;
}

function onItsOwn({ replaces: _done, ...instance }: Instance): Instance {
  return instance;
}
