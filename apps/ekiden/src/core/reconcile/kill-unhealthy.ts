import { millis, type Millis } from '@ekiden/kernel';
import type { AppDefinition } from '../app/index.js';
import { minimumHealthy } from '../deployment/index.js';
import { longestGrace } from '../health/index.js';
import type { Generation, Instance, InstanceId } from '../instance/index.js';
import type { TurnContext } from '../turn/index.js';
import type { EarliestWake } from './earliest-wake.js';
import { endHolds, heldUntil, noteHealthKill } from './health-holds.js';
import { causeOf, killForHealth } from './health-kill.js';
import { beginReplacement, hasRoomForNewcomer } from './replace-unhealthy.js';

/**
 * How many instances of an app may be down for a health kill at once (rollouts.md, Health kills):
 * what its promised minimum leaves, and always one, so that nothing stays broken for ever.
 */
export function killBudget(app: Pick<AppDefinition, 'instances' | 'upgradeStrategy'>): number {
  return Math.max(1, app.instances - minimumHealthy(app.instances, app.upgradeStrategy));
}

interface Candidate {
  readonly instance: Instance;
  readonly cause: string;
}

/**
 * Orders the replacement of instances that their checks have given up, as many at a time as the
 * budget allows; the others wait until a replacement is healthy, or overdue. Where many fail at
 * once, nobody is killed for a while. `replaced`: those with a replacement under way.
 *
 * `mayGrow`: a replacement may come first, if the app may have one more.
 */
export function killUnhealthy(
  context: TurnContext,
  app: AppDefinition,
  { replaced, mayGrow, wake, generation }: HealthLook,
): void {
  const { draft, now } = context;
  const restless = draft.instances.by('restless', app.id);
  const instances = restless.filter((each) => each.generation === generation);
  const candidates = instances.flatMap((instance): readonly Candidate[] => {
    const cause = causeOf(context, instance);
    return cause === undefined ? [] : [{ instance, cause }];
  });
  if (candidates.length === 0) {
    if (generation !== undefined) return;
    // Holds are those of all its generations: what holds the other one is not over.
    const beside = restless.filter((each) => each.generation !== undefined);
    if (!beside.some((each) => causeOf(context, each) !== undefined)) endHolds(context, app);
    return;
  }
  const waited = instances.flatMap((instance) => replacementDue(context, instance) ?? []);
  const pending = waited.filter((due) => due > now);
  let room = killBudget(app) - pending.length - replaced.size;
  for (const { instance, cause } of candidates.sort(byWaiting)) {
    if (replaced.has(instance.id)) continue;
    // Replaced again before it was healthy: it holds its place in the budget already.
    const again = isAgain(context, instance);
    if (!again && room <= 0) continue;
    const held = heldUntil(context, app, instance);
    if (held !== undefined) {
      wake.by(held);
      continue;
    }
    if (!again) room -= 1;
    noteHealthKill(context, app, instance);
    if (!again && mayGrow && growsFor(context, app, instance)) {
      beginReplacement(context, app, instance);
      continue;
    }
    killForHealth(context, instance, { cause, since: (again && instance.healthKilledAt) || now });
  }
  if (pending.length > 0) wake.by(Math.min(...pending));
}

/** How an app is looked at. */
interface HealthLook {
  readonly replaced: ReadonlySet<InstanceId>;
  readonly mayGrow: boolean;
  readonly wake: EarliestWake;
  /** Each has a budget of its own; absent = the live one. */
  readonly generation?: Generation | undefined;
}

function isAgain(context: TurnContext, instance: Instance): boolean {
  if (instance.replaces !== undefined) return true;
  return (replacementDue(context, instance) ?? context.now) > context.now;
}

function growsFor(context: TurnContext, app: AppDefinition, { configVersion }: Instance): boolean {
  if (configVersion !== app.versionInfo.lastConfigChangeAt) return false;
  return hasRoomForNewcomer(context, app) && context.starts.take(app.id, 1) === 1;
}

/** Until when a replaced instance is waited for; `undefined` when it is not awaited. */
function replacementDue(context: TurnContext, instance: Instance): Millis | undefined {
  if (instance.healthKilledAt === undefined || instance.goal !== 'Running') return undefined;
  const definition = context.draft.definitionOf(instance);
  const grace = definition === undefined ? 0 : longestGrace(definition);
  return millis(instance.healthKilledAt + grace + context.settings.replacementPatience);
}

/** The one that has failed most often first; ties by id. */
function byWaiting(a: Candidate, b: Candidate): number {
  const failures = failuresOf(b.instance) - failuresOf(a.instance);
  if (failures !== 0) return failures;
  return a.instance.id < b.instance.id ? -1 : 1;
}

function failuresOf({ task }: Instance): number {
  return Math.max(0, ...(task?.health ?? []).map((state) => state.consecutiveFailures));
}
