import type { Chance } from '@ekiden/kernel';
import { pick } from '@ekiden/testkit';
import type { RolloutWire } from '../../src/core/app/index.js';
import { MOMENTS_IN_PLACE, MOMENTS_SIDE_BY_SIDE, randomHooks } from './hook-user.js';
import type { ApiCommand, DeploymentOrder, StateView } from '../../src/core/turn/index.js';

/** How an app is rolled out from now on; nothing of it waits longer than a healed world may take. */
export function randomRollout(chance: Chance): RolloutWire | null {
  switch (chance.int(6)) {
    case 0:
      return null;
    case 1:
    case 2:
      return rolloutInPlace(chance);
    case 3:
      return canary(chance);
    default:
      return { strategy: 'blueGreen', ...common(chance), ...sideBySide(chance) };
  }
}

/** The same for what cannot run twice. */
export function rolloutInPlace(chance: Chance): RolloutWire {
  const strategy = pick(chance, ['serial', 'serial', 'serial', 'rolling'] as const);
  const order = pick(chance, ['ascending', 'descending'] as const);
  return { strategy, serial: { order }, ...common(chance), ...hooks(chance, MOMENTS_IN_PLACE) };
}

function canary(chance: Chance): RolloutWire {
  const second = pick(chance, [
    { weight: 50, gate: 'manual' },
    { weight: 60, pauseSeconds: 5 },
  ] as const);
  const steps = [{ weight: 10, pauseSeconds: pick(chance, [1, 20]) }, second];
  return { strategy: 'canary', ...common(chance), ...sideBySide(chance), canary: { steps } };
}

/** A version that fails is noticed soon in some worlds, and never in others. */
function common(chance: Chance): RolloutWire {
  return {
    onFailure: pick(chance, ['pause', 'rollback', 'rollback']),
    progressDeadlineSeconds: pick(chance, [5, 15, 40, 600]),
  };
}

function sideBySide(chance: Chance): RolloutWire {
  return {
    blueGreen: {
      previewInstances: pick(chance, [null, null, 1]),
      promotion: pick(chance, ['manual', 'automatic'] as const),
      promotionDeadlineSeconds: pick(chance, [20, 60]),
      holdSeconds: pick(chance, [0, 15, 60]),
    },
    abortOn: { minRequests: pick(chance, [1, 20, 100]), windowSeconds: 20 },
    ...hooks(chance, MOMENTS_SIDE_BY_SIDE),
  };
}

function hooks(chance: Chance, moments: typeof MOMENTS_IN_PLACE): RolloutWire {
  return chance.int(2) === 0 ? {} : { hooks: randomHooks(chance, moments) };
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
