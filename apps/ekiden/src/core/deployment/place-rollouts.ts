import type { PathId } from '../app/index.js';
import { verbOf, type Action, type Step } from './plan.js';
import type { PlannedRollout } from './rollout-progress.js';

/**
 * Steps with those of rollouts among them: right after the last twin of a scope has come up beside
 * what is live, one that grows and promotes the whole set, and then the one that replaces what
 * never runs twice.
 */
export function withRollouts(
  levels: readonly Step[],
  rollouts: readonly PlannedRollout[],
): readonly Step[] {
  const replaced = new Set(rollouts.flatMap((one) => one.replaced));
  const taken: Action[] = [];
  const steps = levels.flatMap(({ actions }): readonly Step[] => {
    const kept = actions.filter((action) => !replaced.has(action.app));
    taken.push(...actions.filter((action) => replaced.has(action.app)));
    return kept.length === 0 ? [] : [{ actions: kept }];
  });
  const placed = [...steps];
  for (const one of rollouts) {
    const twins = new Set<PathId>(one.twins);
    const last = placed.findLastIndex(({ actions }) => actions.some(({ app }) => twins.has(app)));
    const after = taken.filter(({ app }) => one.replaced.includes(app));
    const promotion: Step = { actions: promotionOf(placed, twins), promotes: one.scope };
    placed.splice(last + 1, 0, promotion, ...(after.length === 0 ? [] : [{ actions: after }]));
  }
  return placed;
}

function promotionOf(steps: readonly Step[], twins: ReadonlySet<PathId>): readonly Action[] {
  return steps
    .flatMap(({ actions }) => actions)
    .filter((action) => twins.has(action.app) && verbOf(action) !== 'Start')
    .map(({ app, kind }) => ({
      app,
      kind: kind.endsWith('Pod') ? 'ScalePod' : 'ScaleApplication',
    }));
}
