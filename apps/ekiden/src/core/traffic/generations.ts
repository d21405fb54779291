import type { AppDefinition, PathId } from '../app/index.js';
import {
  changeIn,
  claimOf,
  isPromoted,
  weightOfNew,
  type RolloutPhase,
} from '../deployment/index.js';
import type { Instance } from '../instance/index.js';
import type { Embodied } from './backends-of.js';
import type { Backend } from './route-table.js';
import { greatestDivisor } from './served-together.js';

/** An app with two generations, as far as its traffic goes. */
export interface Twinned {
  readonly deployment: string;
  /** The app or group whose rollout it is. */
  readonly scope: PathId;
  readonly phase: RolloutPhase;
  /** Per cent of what comes to the stable ports that the new generation gets. */
  readonly share: number;
  /** Whose ports are served until the switch; absent = the new definition's. */
  readonly before?: AppDefinition;
  /** By index of the app's ports, 0 = none; absent = none at all. */
  readonly previewPorts?: readonly number[];
}

/** The two generations of an app by a rollout that is under way; `undefined` = it has one. */
export function twinnedOf(
  deployments: Parameters<typeof claimOf>[0],
  app: PathId,
): Twinned | undefined {
  const claim = claimOf(deployments, app);
  if (claim === undefined) return undefined;
  const { deployment, planned, progress, twin } = claim;
  const isSwitched = progress.phase === 'switching' || isPromoted(progress);
  const before = isSwitched ? undefined : changeIn(deployment.plan, app)?.before;
  return {
    deployment: deployment.id,
    scope: planned.scope,
    phase: progress.phase,
    share: weightOfNew(planned.settings, progress),
    ...(before === undefined ? {} : { before }),
    ...(twin.previewPorts === undefined ? {} : { previewPorts: twin.previewPorts }),
  };
}

/** Whether new requests may come to what is not live yet, for those who ask for it. */
export function hasPreview({ phase }: { readonly phase: RolloutPhase }): boolean {
  return !isPromoted({ phase });
}

/** What is shown and routed to as the app where it has one generation. */
export function isLive({ generation }: Pick<Instance, 'generation'>): boolean {
  return generation === undefined;
}

export interface Generations {
  readonly old: readonly Embodied[];
  readonly next: readonly Embodied[];
}

export function generationsOf(
  instances: readonly Embodied[],
  { phase }: Pick<Twinned, 'phase'>,
): Generations {
  const [oldMark, nextMark] = isPromoted({ phase }) ? ['warm', undefined] : [undefined, 'preview'];
  return {
    old: instances.filter(({ instance }) => instance.generation === oldMark),
    next: instances.filter(({ instance }) => instance.generation === nextMark),
  };
}

/**
 * Backends of both generations with weights by which the new one gets `share` per cent, however
 * many there are of each. What gets nothing new keeps what it has (weight 0), as it is kept warm;
 * what has not been given anything yet is left out. Where one has none that serve, the other gets
 * it all, but for a switch that was made.
 */
export function weighted(
  old: readonly Backend[],
  next: readonly Backend[],
  share: number,
): readonly Backend[] {
  if (share <= 0) return old;
  if (share >= 100) return byTask([...withWeight(old, 0), ...withWeight(next, 1)]);
  if (next.length === 0) return old;
  if (old.length === 0) return next;
  const forOld = (100 - share) * next.length;
  const forNext = share * old.length;
  const unit = greatestDivisor(forOld, forNext);
  return byTask([...withWeight(old, forOld / unit), ...withWeight(next, forNext / unit)]);
}

function withWeight(backends: readonly Backend[], weight: number): readonly Backend[] {
  return backends.map((backend) => ({ ...backend, weight }));
}

function byTask(backends: readonly Backend[]): readonly Backend[] {
  return [...backends].sort((a, b) => (a.taskId < b.taskId ? -1 : 1));
}
