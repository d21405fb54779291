import type { PathId } from '../app/index.js';
import type { Generation } from '../instance/index.js';
import type { Deployment } from './deployment.js';
import {
  isRetired,
  isRetiring,
  type PlannedRollout,
  type RolloutPhase,
  type RolloutProgress,
  type Twin,
} from './rollout-progress.js';

/** An app with two generations, and the rollout it has them by. */
export interface Claim {
  readonly deployment: Deployment;
  readonly planned: PlannedRollout;
  readonly progress: RolloutProgress;
  readonly twin: Twin;
}

/**
 * Apps that have two generations by a deployment: the index `twins` of deployments. A rollout that
 * holds has them although its deployment has ended.
 */
export function twinsOf({ rollouts = [] }: Deployment): readonly PathId[] {
  return rollouts.flatMap(({ phase, twins }) =>
    isRetired({ phase }) ? [] : twins.map(({ id }) => id),
  );
}

/** Apps whose old generation is given up with hooks: the index `retiring` of deployments. */
export function retiringIn({ rollouts = [] }: Deployment): readonly PathId[] {
  return rollouts.flatMap(({ phase, twins }) =>
    isRetiring({ phase }) ? twins.map(({ id }) => id) : [],
  );
}

/** What is done about the second generation of an app; `undefined` while it has none. */
export function claimOf(
  deployments: { by(index: 'twins', app: PathId): readonly Deployment[] },
  id: PathId,
): Claim | undefined {
  for (const deployment of deployments.by('twins', id)) {
    for (const [index, progress] of (deployment.rollouts ?? []).entries()) {
      const planned = deployment.plan.rollouts?.[index];
      const twin = isRetired(progress) ? undefined : twinIn(progress, id);
      if (planned !== undefined && twin !== undefined) {
        return { deployment, planned, progress, twin };
      }
    }
  }
  return undefined;
}

/** Each twin of a set is looked at in each turn: going through all of them every time is square. */
const known = new WeakMap<readonly Twin[], ReadonlyMap<PathId, Twin>>();

function twinIn({ twins }: RolloutProgress, id: PathId): Twin | undefined {
  const byId = known.get(twins) ?? new Map(twins.map((twin) => [twin.id, twin]));
  known.set(twins, byId);
  return byId.get(id);
}

const PROMOTED: ReadonlySet<RolloutPhase> = new Set([
  'promoted',
  'holding',
  'retiring',
  'stopping',
  'over',
]);

/** Whether the new generation is the live one. */
export function isPromoted({ phase }: Pick<RolloutProgress, 'phase'>): boolean {
  return PROMOTED.has(phase);
}

/** The generation beside the live one that a rollout keeps; any other is given up. */
export function generationBeside(progress: Pick<RolloutProgress, 'phase'>): Generation {
  return isPromoted(progress) ? 'warm' : 'preview';
}
