import { isOutOfReach, isTerminal } from './conditions.js';
import type { Condition, Goal, Instance } from './instance.js';

/** What the condition of an instance comes to for what is wanted of it. */
export const SITUATIONS = ['waiting', 'alive', 'outOfReach', 'over'] as const;
export type Situation = (typeof SITUATIONS)[number];

/** What becomes of an instance, given how things stand with its task. */
export type Fate =
  /** It stays as it is: it waits, it runs, or it is waited for. */
  | 'keep'
  /** Back into the queue as the same instance, for its next incarnation. */
  | 'relaunch'
  /** Its row goes. A task that lives on all the same is stopped as soon as it shows. */
  | 'forget';

/**
 * What is wanted, against what there is (marathon-behaviour 5.2, 5.3). A task that is not wanted
 * and cannot be reached is not waited for: it may never come back.
 */
// prettier-ignore
const FATES: Readonly<Record<Goal, Readonly<Record<Situation, Fate>>>> = {
  Running:        { waiting: 'keep',   alive: 'keep', outOfReach: 'keep',   over: 'relaunch' },
  Stopped:        { waiting: 'keep',   alive: 'keep', outOfReach: 'keep',   over: 'keep' },
  Decommissioned: { waiting: 'forget', alive: 'keep', outOfReach: 'forget', over: 'forget' },
};

export function situationOf(condition: Condition): Situation {
  if (condition === 'Scheduled') return 'waiting';
  if (isTerminal(condition)) return 'over';
  return isOutOfReach(condition) ? 'outOfReach' : 'alive';
}

export interface FateFacts {
  /** Of a configuration that its app has left behind, or of an app that is going. */
  readonly outdated: boolean;
  /** It comes back to its data, so it is never given up for another. */
  readonly resident: boolean;
}

export function fateOf(
  { goal, condition, kill }: Pick<Instance, 'goal' | 'condition' | 'kill'>,
  { outdated, resident }: FateFacts,
): Fate {
  const situation = situationOf(condition);
  const fate = FATES[goal][situation];
  if (fate === 'relaunch' && outdated) return 'forget';
  // It was to be killed and started again: it starts elsewhere, whatever becomes of the lost one.
  const killedAway = situation === 'outOfReach' && kill !== undefined && goal === 'Running';
  return killedAway && !resident ? 'forget' : fate;
}
