import type { AppDefinition, PathId } from '../../../src/core/app/index.js';
import { changeIn, claimOf, isPromoted } from '../../../src/core/deployment/index.js';
import type { Condition, Instance } from '../../../src/core/instance/index.js';
import type { Draft } from '../../../src/core/turn/index.js';
import type { TurnChecker, TurnSight } from '../sight.js';
import { fewestHealthy, mostInstances } from './numbers.js';

/** Over, or written off: a long lost instance is replaced while it is still hoped for. */
const OVER: ReadonlySet<Condition> = new Set<Condition>([
  'UnreachableInactive',
  'Finished',
  'Failed',
  'Killed',
  'Error',
  'Gone',
  'Dropped',
]);

/** Running, told to stay, and well by the checks of the definition it was launched from. */
export function serves(instance: Instance, definition: AppDefinition | undefined): boolean {
  if (instance.goal !== 'Running' || instance.condition !== 'Running') return false;
  if (instance.kill !== undefined) return false;
  return (definition?.healthChecks.length ?? 0) === 0 || instance.task?.healthy === true;
}

/** What we start never exceeds instances + allowed over-capacity (DESIGN 9). */
export const overCapacity: TurnChecker = {
  rule: 'over-capacity',
  check: ({ turn: { draft } }) => {
    const seen = new Set<string>();
    return created(draft).flatMap(({ appId: id, generation, configVersion }) => {
      const key = `${id} ${generation ?? 'live'}`;
      if (seen.has(key)) return [];
      seen.add(key);
      const app = definitionFor(draft, id, generation);
      if (app === undefined) return [`${id} gets instances and has no definition`];
      const alike =
        generation === undefined
          ? draft.instances.by('app', id)
          : draft.instances
              .by('beside', id)
              .filter((i) => i.generation === generation && i.configVersion === configVersion);
      const living = alike.filter((i) => !OVER.has(i.condition)).length;
      const most = Math.max(mostInstances(app), ...takenBackIn(draft, id).map(mostInstances));
      return living <= most ? [] : [`${key} is brought to ${living} instances, allowed: ${most}`];
    });
  },
};

/** What deployments wanted that this turn took back: they may have been acted on in it before. */
function takenBackIn(draft: Draft, id: PathId): AppDefinition[] {
  return draft.deployments.changes().flatMap(([key, after]) => {
    const wasRunning = draft.deployments.before(key)?.status === 'running';
    if (!wasRunning || after?.undoneBy === undefined) return [];
    return changeIn(after.plan, id)?.after ?? [];
  });
}

/** What the instances of a generation are to be; the old one keeps its number when it is replaced. */
function definitionFor(
  draft: Draft,
  id: PathId,
  generation: Instance['generation'],
): AppDefinition | undefined {
  const claim = claimOf(draft.deployments, id);
  const isNew = generation === 'preview' || (generation === undefined && isLatest(claim));
  // What this turn has removed had a definition still when it was looked at.
  if (claim === undefined || isNew) return draft.apps.get(id) ?? draft.apps.before(id);
  const before = changeIn(claim.deployment.plan, id)?.before;
  return before && { ...before, instances: claim.twin.keep ?? before.instances };
}

/** Whether what is live is what the root says. */
function isLatest(claim: ReturnType<typeof claimOf>): boolean {
  return claim === undefined || isPromoted(claim.progress);
}

/** Our own kills leave the promised minimum healthy. */
export const minimumHealth: TurnChecker = {
  rule: 'minimum-health',
  check: (sight) => {
    const struck = new Set(ownVictims(sight).map(({ appId }) => appId));
    const { draft } = sight.turn;
    return [...struck].flatMap((id) => {
      const app = definitionFor(draft, id, undefined);
      if (app === undefined) return [];
      const left = draft.instances
        .by('app', id)
        .filter((i) => serves(goneWithItsApp(i) ? unharmed(i) : i, draft.definitionOf(i))).length;
      const floor = fewestHealthy(app.instances, app.upgradeStrategy.minimumHealthCapacity);
      return left >= floor ? [] : [`${id} is left with ${left} healthy, promised: ${floor}`];
    });
  },
};

/** Nobody who removes an app is promised any of it; an upgrade may have begun before, in this turn. */
function goneWithItsApp({ kill }: Instance): boolean {
  return kill?.reason === 'deletingApp';
}

/** As it would be if it had been left alone. */
function unharmed({ kill: _kill, ...instance }: Instance): Instance {
  return { ...instance, goal: 'Running' };
}

/** An instance is never made twice under one id, and its incarnations only count up. */
export const incarnations: TurnChecker = {
  rule: 'incarnations',
  check: ({ turn: { draft } }) =>
    draft.instances.changes().flatMap(([id, after]) => {
      const before = draft.instances.before(id);
      if (before === undefined || after === undefined) return [];
      const same = after.incarnation === before.incarnation;
      if (after.incarnation < before.incarnation) return [`${id} goes back in incarnations`];
      const changed = before.task?.id !== after.task?.id && after.task !== undefined;
      return changed && same ? [`${id} gets another task of the same incarnation`] : [];
    }),
};

/** An instance given up never becomes wanted again. */
export const goalsAreFinal: TurnChecker = {
  rule: 'goals-are-final',
  check: ({ turn: { draft } }) =>
    draft.instances.changes().flatMap(([id, after]) => {
      const given = draft.instances.before(id)?.goal === 'Decommissioned';
      return given && after !== undefined && after.goal !== 'Decommissioned'
        ? [`${id} was given up and is wanted again`]
        : [];
    }),
};

function created(draft: Draft): Instance[] {
  return draft.instances
    .changes()
    .flatMap(([id, row]) =>
      row !== undefined && row.hook === undefined && draft.instances.before(id) === undefined
        ? [row]
        : [],
    );
}

const OF_OUR_OWN: ReadonlySet<string> = new Set([
  'dependencyLost',
  'draining',
  'scaling',
  'upgrading',
]);

/** Healthy instances that we give up in this turn although nobody asked for these very ones. */
function ownVictims({ now, turn: { draft } }: TurnSight): Instance[] {
  return draft.instances.changes().flatMap(([id, after]) => {
    const before = draft.instances.before(id);
    if (before?.goal !== 'Running' || before.kill !== undefined) return [];
    if (after?.goal !== 'Decommissioned' || after.kill === undefined) return [];
    if (!OF_OUR_OWN.has(after.kill.reason) || after.generation !== undefined) return [];
    const plan = draft.runningDeploymentOf(after.appId)?.plan;
    if (plan?.sentenced[after.appId]?.includes(id) === true) return [];
    // At the end of a drain it is the operator who has the host emptied, whatever is promised.
    const drain = after.task && draft.leaving.get(after.task.agentId);
    if ((drain?.deadline ?? Infinity) <= now) return [];
    return serves(unharmed(after), draft.definitionOf(after)) ? [after] : [];
  });
}
