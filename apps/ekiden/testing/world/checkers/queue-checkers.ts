import type { Deployment } from '../../../src/core/deployment/index.js';
import type { TurnChecker } from '../sight.js';

/** What is queued passes nothing that was queued before it and changes the same (ADR 0054). */
export const queueInOrder: TurnChecker = {
  rule: 'queue-in-order',
  check: ({ turn: { draft } }) =>
    draft.deployments.changes().flatMap(([id, after]) => {
      const queued = draft.deployments.before(id)?.queued;
      if (queued === undefined || after?.status !== 'running') return [];
      const touched = new Set(touchedBy(after));
      return (
        draft.deployments
          .by('status', 'queued')
          // What comes into an empty queue begins to count anew.
          .filter((one) => draft.deployments.before(one.id) !== undefined)
          .filter((one) => (one.queued?.number ?? queued.number) < queued.number)
          .filter((one) => touchedBy(one).some((app) => touched.has(app)))
          .map((one) => `${id} begins before ${one.id}, which was queued before it`)
      );
    }),
};

/** What is queued has not begun. */
export const queuedHoldsNothing: TurnChecker = {
  rule: 'queued-holds-nothing',
  check: ({ turn: { draft } }) =>
    draft.deployments.changes().flatMap(([id, after]) => {
      if (after?.status !== 'queued') return [];
      const isBegun = after.step > 0 || after.announced || (after.hooks ?? []).length > 0;
      const isRolledOut = (after.rollouts ?? []).length > 0;
      return isBegun || isRolledOut ? [`${id} has begun and is queued`] : [];
    }),
};

function touchedBy({ plan: { changes, groupChanges } }: Deployment): readonly string[] {
  return [...changes, ...groupChanges].map(({ id }) => id);
}
