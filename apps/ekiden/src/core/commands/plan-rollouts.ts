import { isScaleOnly, type PathId } from '../app/index.js';
import type { AppChange, PlannedRollout } from '../deployment/index.js';
import { effectiveRollout, type Tree } from '../group/index.js';

/** What of a change gets a second generation beside the present one. */
export function planRollouts(
  target: Tree,
  changes: readonly AppChange[],
): readonly PlannedRollout[] {
  const source = {
    apps: { get: (id: PathId) => target.app(id) },
    groups: { get: (id: PathId) => target.group(id) },
  };
  const planned = new Map<PathId, PlannedRollout>();
  for (const { id, before, after } of changes) {
    if (before === undefined || after === undefined || isScaleOnly(before, after)) continue;
    if (after.instances === 0) continue;
    const effective = effectiveRollout(source, id);
    if (effective === undefined) continue;
    const { scope, settings } = effective;
    if (settings.strategy !== 'blueGreen' && settings.strategy !== 'canary') continue;
    const known = planned.get(scope) ?? { scope, settings, twins: [], replaced: [] };
    const isTwin = after.rollout?.twin !== false;
    planned.set(scope, {
      ...known,
      twins: isTwin ? [...known.twins, id].sort() : known.twins,
      replaced: isTwin ? known.replaced : [...known.replaced, id].sort(),
    });
  }
  return [...planned.values()].filter(({ twins }) => twins.length > 0);
}
