import { drainStage } from '../../../src/core/turn/index.js';
import type { TurnChecker } from '../sight.js';

/** What is led to is killed when all is confirmed and over, or its time is up; not before. */
export const drainedFirst: TurnChecker = {
  rule: 'drained-first',
  check: ({ now, turn: { draft, context } }) =>
    draft.killAsks.changes().flatMap(([taskId, ask]) => {
      if (ask === undefined || draft.killAsks.before(taskId) !== undefined) return [];
      const drain = draft.drains.before(taskId);
      const [instance] = draft.instances.by('task', taskId);
      if (!context.settings.hasRouter || drain === undefined) return [];
      if (instance?.condition !== 'Running' || drain.until <= now) return [];
      const stage = drainStage(drain, draft.confirmed);
      return stage === 'drained' ? [] : [`${taskId} is killed while it is ${stage}`];
    }),
};

/** A kill that is held back is of a task that lives and is to end. */
export const drainsAreOfTheDoomed: TurnChecker = {
  rule: 'drains-are-of-the-doomed',
  check: ({ turn: { draft } }) =>
    [...draft.drains.values()].flatMap(({ taskId }) => {
      const [instance] = draft.instances.by('task', taskId);
      return instance?.kill === undefined ? [`${taskId} drains, and is not to end`] : [];
    }),
};
