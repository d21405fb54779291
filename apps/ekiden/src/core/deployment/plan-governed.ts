import { eachInSteps, type Steps } from '@ekiden/kernel';
import { perGroup, type PathId } from '../app/index.js';
import { effectiveRollout, rolloutAround, rolloutSource, type Tree } from '../group/index.js';
import type { AppChange } from './plan.js';
import type { InPlaceRollout, PlannedRollout } from './rollout-progress.js';

export interface GovernedInput {
  readonly target: Tree;
  readonly changes: readonly AppChange[];
  readonly rollouts?: readonly PlannedRollout[];
  readonly inPlace?: readonly InPlaceRollout[];
}

/**
 * What the target says of the changed apps whose rollout nothing else of a plan tells: those that
 * are only scaled, and those of a way back. Kept with the plan, so that it stays what it was.
 */
export function* planGoverned(input: GovernedInput): Steps<readonly InPlaceRollout[]> {
  const { target, changes, rollouts = [], inPlace = [] } = input;
  const source = rolloutSource(target);
  const around = perGroup((_group, id) => rolloutAround(source, id));
  const told = new Set([
    ...rollouts.flatMap(({ twins }) => twins),
    ...inPlace.flatMap(({ apps }) => apps),
  ]);
  const found = new Map<PathId, InPlaceRollout & { readonly apps: PathId[] }>();
  yield* eachInSteps(changes, ({ id, after }) => {
    if (after === undefined || told.has(id)) return;
    const governing = after.rollout === undefined ? around(id) : effectiveRollout(source, id);
    if (governing === undefined) return;
    const known = found.get(governing.scope);
    if (known === undefined) found.set(governing.scope, { ...governing, apps: [id] });
    else known.apps.push(id);
  });
  return [...found.values()];
}
