import type { Rollout } from './rollout.js';

/** For specs: a `rollout` with the usual values and those given. */
export function sampleRollout(fields: Partial<Rollout> = {}): Rollout {
  return {
    strategy: 'rolling',
    progressDeadlineSeconds: 600,
    onFailure: 'pause',
    twin: true,
    drainSeconds: 30,
    blueGreen: {
      previewInstances: null,
      promotion: 'manual',
      promotionDeadlineSeconds: 3600,
      holdSeconds: 300,
    },
    canary: { steps: [] },
    abortOn: { windowSeconds: 60, minRequests: 100, errorPercentOverOld: 5 },
    serial: { order: 'descending' },
    hooks: [],
    ...fields,
  };
}
