import { millis, type AgentId, type Millis } from '@ekiden/kernel';
import type { PathId, Rollout } from '../app/index.js';

/**
 * A rollout with two generations side by side (`blueGreen`, `canary`), as it was planned: part of
 * a plan and immutable like it.
 */
export interface PlannedRollout {
  /** The app or group whose `rollout` it is; unique in a plan. */
  readonly scope: PathId;
  readonly settings: Rollout;
  /** The twin set: apps that get a second generation, in order of id (rollouts.md, Blue/green). */
  readonly twins: readonly PathId[];
  /** Apps with `twin: false`, replaced by a rolling step once the others are promoted. */
  readonly replaced: readonly PathId[];
  /** It takes one back that holds: what that left warm is switched to, and nothing holds then. */
  readonly back?: true;
}

/**
 * Changed apps under a rollout that keep one generation: upgraded where they are (`rolling`,
 * `serial`), or new. Part of a plan: what is said of the rollout later is for later deployments.
 */
export interface InPlaceRollout {
  /** The app or group whose `rollout` it is; unique among these. */
  readonly scope: PathId;
  readonly settings: Rollout;
  /** In order of id. */
  readonly apps: readonly PathId[];
}

/**
 * Where a planned rollout is. Before `promoted` the old generation is live, from it on the new one:
 * that row and the generations of the instances change in one commit.
 */
export type RolloutPhase = (typeof ROLLOUT_PHASES)[number];

/** All of them, in the order in which they follow each other; any may be left out. */
export const ROLLOUT_PHASES = [
  /** Waits for room for the whole new generation; nothing of it has started. */
  'reserving',
  /** The new generation comes up, level by level; of a canary also through its steps. */
  'starting',
  /** Waits for an operator, until the promotion deadline. */
  'awaitingPromotion',
  /** From the preview to its full size, then the hooks before promotion. */
  'growing',
  /** The route change is with the routers. */
  'switching',
  /** Switched; the hooks after promotion run. */
  'promoted',
  /** The old generation is kept warm. */
  'holding',
  /** The hooks before the old generation stops: it is claimed no more, and runs until they are done. */
  'retiring',
  /** The old generation stops; the hooks after that follow. */
  'stopping',
  /** One generation is left, or being left. */
  'over',
] as const;

export interface RolloutProgress {
  /** Of the planned rollout it belongs to. */
  readonly scope: PathId;
  readonly phase: RolloutPhase;
  /** Since when it is in that phase. */
  readonly since: Millis;
  /** The twin set with the two configurations (`lastConfigChangeAt`) of each. */
  readonly twins: readonly Twin[];
  /** Index of the canary's step under way. */
  readonly step?: number;
  /** Since when the canary's step has what it needs: its pause counts from here. */
  readonly stepSince?: Millis;
  /** Since when instances are missing of those it had by then. */
  readonly lacksSince?: Millis;
  /** Number of the turn whose routes the routers have to confirm. */
  readonly switchTurn?: number;
  /** Somebody has asked for promotion before it was possible. */
  readonly promoteAsked?: true;
  /** While it holds: why the new version should not have been promoted, as what came to it shows. */
  readonly condemned?: string;
  /** While it waits for room: what is missing, one sentence. */
  readonly missing?: string;
  /** When room was looked for last. */
  readonly roomSoughtAt?: Millis;
  /** Where room for its new generation is kept free until that needs it. */
  readonly reserved?: readonly Reserved[];
}

/** Room for some instances of a twin on one agent. */
export interface Reserved {
  readonly app: PathId;
  readonly agentId: AgentId;
  readonly instances: number;
}

export interface Twin {
  readonly id: PathId;
  /** Configuration of the new generation. */
  readonly next: Millis;
  /** How many of the old generation are kept; follows scaling. Absent = there is no old one. */
  readonly keep?: number;
  /** Ports that lead to the new generation only, by index of the app's; 0 = none. */
  readonly previewPorts?: readonly number[];
}

/** Whether it has two generations no more: the old one is left, being left, or to be left. */
export function isRetired({ phase }: Pick<RolloutProgress, 'phase'>): boolean {
  return phase === 'over' || isRetiring({ phase });
}

/** Whether the old generation is given up, with hooks around its end. */
export function isRetiring({ phase }: Pick<RolloutProgress, 'phase'>): boolean {
  return phase === 'retiring' || phase === 'stopping';
}

/**
 * Since when nothing of a deployment has moved that should have: while a canary waits at a weight,
 * nothing should.
 */
export function standsSince({
  progressAt,
  rollouts = [],
}: {
  readonly progressAt: Millis;
  readonly rollouts?: readonly RolloutProgress[];
}): Millis {
  return millis(Math.max(progressAt, ...rollouts.map(({ lacksSince = 0 }) => lacksSince)));
}

/** Rollouts of a deployment that have two generations; one that holds outlives the deployment. */
export function rolloutsUnderWay({
  rollouts = [],
}: {
  readonly rollouts?: readonly RolloutProgress[];
}): readonly RolloutProgress[] {
  return rollouts.filter((one) => !isRetired(one));
}
