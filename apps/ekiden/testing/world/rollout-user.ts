import type { Chance } from '@ekiden/kernel';
import { pick } from '@ekiden/testkit';
import type { RolloutWire } from '../../src/core/app/index.js';
import type { ApiCommand, DeploymentOrder, StateView } from '../../src/core/turn/index.js';

/** How an app is rolled out from now on; nothing of it waits longer than a healed world may take. */
export function randomRollout(chance: Chance): RolloutWire | null {
  const blueGreen = {
    previewInstances: pick(chance, [null, null, 1]),
    promotion: pick(chance, ['manual', 'automatic'] as const),
    promotionDeadlineSeconds: pick(chance, [20, 60]),
    holdSeconds: pick(chance, [0, 15, 60]),
  };
  const abortOn = { minRequests: pick(chance, [1, 20, 100]), windowSeconds: 20 };
  const onFailure = pick(chance, ['pause', 'rollback', 'rollback'] as const);
  switch (chance.int(4)) {
    case 0:
      return null;
    case 1:
      return {
        strategy: 'canary',
        blueGreen,
        abortOn,
        onFailure,
        canary: {
          steps: [
            { weight: 10, pauseSeconds: pick(chance, [1, 20]) },
            pick(chance, [
              { weight: 50, gate: 'manual' },
              { weight: 60, pauseSeconds: 5 },
            ] as const),
          ],
        },
      };
    default:
      return { strategy: 'blueGreen', blueGreen, abortOn, onFailure };
  }
}

const ORDERS: readonly [DeploymentOrder, ...DeploymentOrder[]] = [
  'promote',
  'promote',
  'promote',
  'pause',
  'resume',
  'resume',
  'abort',
  'undo',
];

/** An operator who says something about some deployment, whatever it is at. */
export function tendAtRandom(chance: Chance, view: StateView): ApiCommand | undefined {
  const running = view.deployments.by('status', 'running');
  const queued = view.deployments.by('status', 'queued');
  const held = view.deployments.by('rollout', 'yes');
  const current = [...running, ...queued, ...held];
  const all = chance.int(6) === 0 ? [...view.deployments.values()] : current;
  const ids = [...new Set(all.map(({ id }) => id))].sort();
  const id = ids[chance.int(Math.max(1, ids.length))];
  return id === undefined ? undefined : { kind: 'tendDeployment', id, order: pick(chance, ORDERS) };
}
