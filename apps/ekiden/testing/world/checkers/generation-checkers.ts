import type { PathId } from '../../../src/core/app/index.js';
import {
  claimOf,
  generationBeside,
  isPromoted,
  type RolloutProgress,
} from '../../../src/core/deployment/index.js';
import type { Draft } from '../../../src/core/turn/index.js';
import type { TurnChecker } from '../sight.js';
import { mayStop } from '../../../src/core/reconcile/rollouts/index.js';
import { serves } from './instance-checkers.js';

/** What is live is of one generation: the old one before its promotion, the new one after it. */
export const oneLiveGeneration: TurnChecker = {
  rule: 'one-live-generation',
  check: ({ turn: { draft } }) =>
    touched(draft).flatMap((id) => {
      const claim = claimOf(draft.deployments, id);
      if (claim === undefined) return [];
      const { progress, twin } = claim;
      const promoted = isPromoted(progress);
      const strays = draft.instances
        .by('app', id)
        .filter(({ goal }) => goal === 'Running')
        .filter(({ configVersion }) => (configVersion === twin.next) !== promoted);
      return strays.map((one) => `${one.id} is live in phase ${progress.phase} of ${id}`);
    }),
};

/** A promotion makes nothing live that serves nothing, and leaves nothing that was there to be seen. */
export const promotionsAreWhole: TurnChecker = {
  rule: 'promotions-are-whole',
  check: ({ turn: { draft } }) =>
    promotedNow(draft).flatMap(({ twins }) =>
      twins.flatMap(({ id }) => {
        if (draft.apps.get(id)?.instances === 0) return [];
        const live = draft.instances.by('app', id);
        return live.some((one) => serves(one, draft.definitionOf(one)))
          ? []
          : [`${id} is promoted to nothing that serves`];
      }),
    ),
};

/** All of a twin set goes over in one commit: nothing of the old one is live behind it. */
export const promotedTogether: TurnChecker = {
  rule: 'promoted-together',
  check: ({ turn: { draft } }) =>
    promotedNow(draft).flatMap(({ scope, twins }) =>
      twins.flatMap(({ id, next }) =>
        draft.instances
          .by('app', id)
          .filter(({ goal, configVersion }) => goal === 'Running' && configVersion !== next)
          .map((one) => `${one.id} is of an older version, and ${scope} is promoted`),
      ),
    ),
};

/** Rollouts whose new generation this turn makes the live one. */
function promotedNow(draft: Draft): readonly RolloutProgress[] {
  return draft.deployments.changes().flatMap(([id, after]) => {
    const before = draft.deployments.before(id)?.rollouts ?? [];
    return (after?.rollouts ?? []).filter((one, at) => {
      const was = before[at];
      const switched = isPromoted(one) && one.phase !== 'over';
      return switched && was !== undefined && !isPromoted(was);
    });
  });
}

/**
 * Two generations and one that is given up, never more: looked at where a new one grows. What was
 * live before a promotion may have been of several versions, where one rolling upgrade was cut off by
 * the next; what is switched back to is one of them, and the others are given up together.
 */
export const fewGenerations: TurnChecker = {
  rule: 'few-generations',
  check: ({ turn: { draft } }) => {
    const grown = draft.instances.changes().flatMap(([id, after]) => {
      const isNew = draft.instances.before(id) === undefined;
      return isNew && after?.generation === 'preview' ? [after] : [];
    });
    return grown.flatMap(({ appId, configVersion }) => {
      const others = draft.instances
        .by('beside', appId)
        .filter((one) => one.configVersion !== configVersion);
      const isBack = claimOf(draft.deployments, appId)?.planned.back === true;
      const configs = new Set(
        others.map((one) => (isBack && one.generation === 'warm' ? 'warm' : one.configVersion)),
      );
      return configs.size <= 1 ? [] : [`${appId} has ${configs.size} versions beside two others`];
    });
  },
};

/**
 * What no rollout claims is given up in the turn in which that becomes so, or when the hooks before
 * that have run.
 */
export const nothingUnclaimed: TurnChecker = {
  rule: 'nothing-unclaimed',
  check: ({ turn: { draft, context } }) =>
    touched(draft)
      .filter((id) => !context.leftOver.has(id) && !context.state.memory.frozen.has(id))
      .flatMap((id) => {
        const claim = claimOf(draft.deployments, id);
        const kept = claim && generationBeside(claim.progress);
        return draft.instances
          .by('beside', id)
          .filter(({ goal, generation }) => goal === 'Running' && generation !== kept)
          .filter((one) => mayStop({ draft }, one))
          .map((one) => `${one.id} (${one.generation}) is kept and nobody claims it`);
      }),
};

function touched(draft: Draft): readonly PathId[] {
  return [
    ...new Set(
      draft.instances.changes().flatMap(([id, after]) => {
        return (after ?? draft.instances.before(id))?.appId ?? [];
      }),
    ),
  ];
}
