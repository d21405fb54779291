import { millis } from '@ekiden/kernel';
import { DEFAULT_ROLLOUT, type PathId, type Rollout } from '../../app/index.js';
import type { RolloutProgress } from '../rollout-progress.js';
import type { RolloutView, TwinView } from './rollout-view.js';

/** For specs: what may be said of a view; the rest is that all is well and nobody has to be asked. */
export interface ViewFields extends Partial<Omit<RolloutView, 'settings' | 'progress' | 'now'>> {
  readonly phase: RolloutProgress['phase'];
  readonly rollout?: Partial<Rollout>;
  readonly progress?: Partial<RolloutProgress>;
  /** Seconds since it is in its phase. */
  readonly after?: number;
}

export function sampleTwin(serving: number, wanted = 4, open = true): TwinView {
  return { id: '/web' as PathId, wanted, open, serving };
}

export function sampleView(fields: ViewFields): RolloutView {
  const { phase, rollout, progress, after = 0, ...view } = fields;
  return {
    settings: { ...DEFAULT_ROLLOUT, ...rollout },
    progress: { scope: '/web' as PathId, phase, since: millis(0), twins: [], ...progress },
    now: millis(after * 1_000),
    twins: [sampleTwin(4)],
    levelsAreUp: true,
    unattended: false,
    hasRoom: () => true,
    isConfirmed: true,
    left: () => 0,
    hooks: () => 'done',
    ...view,
  };
}
