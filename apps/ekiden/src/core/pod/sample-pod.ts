import { assert, millis } from '@ekiden/kernel';
import {
  DEFAULT_APP_SETTINGS,
  resolveId,
  type AppContext,
  type PodDefinition,
} from '../app/index.js';
import type { Violation } from '../violation.js';
import { buildPod } from './build-pod.js';
import type { PodContainerWire, PodWire } from './pod-wire.js';

/** For specs: the context of `/shop/cart` with every feature on. */
export function podContext(overrides: Partial<AppContext> = {}): AppContext {
  return {
    id: resolveId('/shop/cart'),
    now: millis(1_600_000_000_000),
    settings: {
      ...DEFAULT_APP_SETTINGS,
      features: new Set(['secrets', 'gpu_resources', 'external_volumes'] as const),
    },
    ...overrides,
  };
}

/** For specs: one container, `{ name: 'main' }` with the fields given. */
export function container(fields: Partial<PodContainerWire> = {}): PodContainerWire {
  return { name: 'main', resources: {}, ...fields };
}

function document(fields: Partial<PodWire>): PodWire {
  return { id: '/shop/cart', containers: [container()], ...fields };
}

/** For specs: a sound pod of one container with the fields given. */
export function samplePod(
  fields: Partial<PodWire> = {},
  overrides: Partial<AppContext> = {},
): PodDefinition {
  const built = buildPod(document(fields), undefined, podContext(overrides));
  assert(built.ok, `not a sound pod: ${JSON.stringify(built)}`);
  return built.value;
}

/** For specs: all that is wrong with a pod of one container with the fields given. */
export function podViolations(
  fields: Partial<PodWire>,
  overrides: Partial<AppContext> = {},
): readonly Violation[] {
  const built = buildPod(document(fields), undefined, podContext(overrides));
  return built.ok ? [] : built.error;
}
