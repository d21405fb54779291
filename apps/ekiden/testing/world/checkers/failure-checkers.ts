import type { TurnChecker } from '../sight.js';

/** Nothing that runs is stopped for a version whose deployment waits for somebody. */
export const pausedStandsStill: TurnChecker = {
  rule: 'paused-stands-still',
  check: ({ turn: { draft } }) =>
    draft.instances.changes().flatMap(([id, after]) => {
      const before = draft.instances.before(id);
      if (before?.goal !== 'Running' || before.kill !== undefined) return [];
      if (after?.kill?.reason !== 'upgrading' || after.generation !== undefined) return [];
      const deployment = draft.runningDeploymentOf(after.appId);
      if (deployment?.paused === undefined) return [];
      // It has come to wait in this very turn, when this was done already.
      if (draft.deployments.before(deployment.id)?.paused === undefined) return [];
      return [`${id} is stopped for ${deployment.id}, which is paused`];
    }),
};

/** What fails says why and is taken back once; what takes back is never taken back by itself. */
export const takenBackOnce: TurnChecker = {
  rule: 'taken-back-once',
  check: ({ turn: { draft } }) =>
    draft.deployments.changes().flatMap(([id, after]) => {
      const before = draft.deployments.before(id);
      if (after?.status !== 'failed' || before?.status === 'failed') return [];
      const found = after.reason === undefined ? [`${id} has failed and says no reason`] : [];
      if (after.undoneBy === undefined) return found;
      const back = draft.deployments.get(after.undoneBy);
      return [
        ...found,
        ...(after.undoes === undefined ? [] : [`${id} takes back, and is taken back by itself`]),
        ...(back?.undoes === id
          ? []
          : [`${id} is taken back by ${after.undoneBy}, which is not so`]),
      ];
    }),
};
