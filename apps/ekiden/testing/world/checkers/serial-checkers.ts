import type { AppDefinition, PathId } from '../../../src/core/app/index.js';
import { rolloutInForce } from '../../../src/core/deployment/index.js';
import type { Instance } from '../../../src/core/instance/index.js';
import type { Draft } from '../../../src/core/turn/index.js';
import type { TurnChecker } from '../sight.js';
import { serves } from './instance-checkers.js';

/**
 * What works is stopped for another version only where all others work, and no other is stopped
 * with it (rollouts.md, Serial).
 */
export const oneByOne: TurnChecker = {
  rule: 'one-by-one',
  check: ({ turn: { draft } }) =>
    stopped(draft).flatMap(({ app, victim }) => {
      if (!served(draft, victim)) return [];
      const others = kept(draft, app.id).filter(({ id }) => id !== victim.id);
      const idle = others.filter((one) => !serves(one, draft.definitionOf(one)));
      return idle.map(({ id }) => `${victim.id} is stopped while ${id} does not work`);
    }),
};

/** Of those that work the next in the order asked for goes; what is taken back goes the other way. */
export const slotsInOrder: TurnChecker = {
  rule: 'slots-in-order',
  check: ({ turn: { draft } }) =>
    stopped(draft).flatMap(({ app, victim, ascending }) => {
      const config = app.versionInfo.lastConfigChangeAt;
      const old = kept(draft, app.id).filter(
        (one) => one.id !== victim.id && one.configVersion !== config,
      );
      if (!served(draft, victim)) return [];
      const before = old.filter(({ slot = 0 }) =>
        ascending ? slot < (victim.slot ?? 0) : slot > (victim.slot ?? 0),
      );
      return before.map(
        ({ slot }) => `${victim.id} in slot ${victim.slot} goes before that in slot ${slot}`,
      );
    }),
};

/** Nobody is given a slot that another one has which is to run; what comes back may have had it. */
export const slotsAreOwn: TurnChecker = {
  rule: 'slots-are-own',
  check: ({ turn: { draft } }) => {
    const numbered = draft.instances.changes().flatMap(([id, row]) => {
      if (row?.slot === undefined || !isKept(row)) return [];
      return draft.instances.before(id)?.slot === row.slot ? [] : [row];
    });
    return numbered.flatMap(({ id, appId, slot }) =>
      kept(draft, appId)
        .filter((other) => other.id !== id && other.slot === slot)
        .map((other) => `${id} and ${other.id} are both in slot ${slot}`),
    );
  },
};

interface Stopped {
  readonly app: AppDefinition;
  readonly victim: Instance;
  readonly ascending: boolean;
}

/** Live instances of apps under `serial` that this turn has decided to stop for another version. */
function stopped(draft: Draft): readonly Stopped[] {
  return draft.instances.changes().flatMap(([id, after]): readonly Stopped[] => {
    if (after?.kill?.reason !== 'upgrading' || after.generation !== undefined) return [];
    if (after.goal !== 'Running' || draft.instances.before(id)?.kill !== undefined) return [];
    const app = draft.apps.get(after.appId);
    const rollout = rolloutInForce(draft, after.appId)?.settings;
    if (app === undefined || rollout?.strategy !== 'serial') return [];
    const isBack = draft.runningDeploymentOf(app.id)?.undoes !== undefined;
    const ascending = (rollout.serial.order === 'ascending') !== isBack;
    return [{ app, victim: after, ascending }];
  });
}

/** It did its work until this turn. */
function served(draft: Draft, { kill: _kill, ...unharmed }: Instance): boolean {
  return serves(unharmed, draft.definitionOf(unharmed));
}

function kept(draft: Draft, id: PathId): readonly Instance[] {
  return draft.instances.by('app', id).filter(isKept);
}

function isKept({ goal, condition, generation }: Instance): boolean {
  return goal === 'Running' && condition !== 'UnreachableInactive' && generation === undefined;
}
