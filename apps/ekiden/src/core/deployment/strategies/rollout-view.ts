import type { Millis } from '@ekiden/kernel';
import type { HookMoment, PathId, Rollout } from '../../app/index.js';
import type { RolloutPhase, RolloutProgress } from '../rollout-progress.js';

/** How the hooks of a moment stand; `done` where there are none. */
export type HookState = 'done' | 'waiting' | 'failed';

/** An app of a twin set, as a strategy sees it. */
export interface TwinView {
  readonly id: PathId;
  /** How many the new definition asks for. */
  readonly wanted: number;
  /** Whether the plan has come to the app's level: what it depends on is there. */
  readonly open: boolean;
  /** Of its new generation: healthy and ready. */
  readonly serving: number;
}

/** What a rollout with two generations looks at: what there is, nothing counted along the way. */
export interface RolloutView {
  readonly settings: Rollout;
  readonly progress: RolloutProgress;
  readonly now: Millis;
  readonly twins: readonly TwinView[];
  /** Every level has come up: the step that promotes is under way. */
  readonly levelsAreUp: boolean;
  /** Nobody has to say so: there is nothing that it would take the place of, or it goes back. */
  readonly unattended: boolean;
  /** Whether the whole new generation has room, all of it at once. */
  readonly hasRoom: () => boolean;
  /** Whether every router has taken the routes of the switch. */
  readonly isConfirmed: boolean;
  /** After promotion: instances of the old generation that have not ended. */
  readonly left: () => number;
  readonly hooks: (moment: HookMoment) => HookState;
}

/** What a rollout waits for. */
export type RolloutWait =
  'capacity' | 'instances' | 'promotion' | 'gate' | 'pause' | 'hooks' | 'routes' | 'hold';

/** What a rollout does next. */
export type RolloutMove =
  | {
      readonly kind: 'wait';
      readonly on: RolloutWait;
      /** When something else happens without anybody's doing. */
      readonly until?: Millis;
    }
  | { readonly kind: 'enter'; readonly phase: RolloutPhase }
  /** A canary's step has the instances it needs: from now on its weight acts. */
  | { readonly kind: 'weigh' }
  /** A canary goes on to this step. */
  | { readonly kind: 'step'; readonly step: number }
  /** Back to the old generation, for this reason. */
  | { readonly kind: 'abort'; readonly reason: string };

export interface RolloutTargets {
  /** How many instances of the new generation an app is to have now. */
  readonly size: (twin: Pick<TwinView, 'wanted' | 'open'>) => number;
  readonly move: RolloutMove;
}
