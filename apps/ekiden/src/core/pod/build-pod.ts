import { err, ok, type Result } from '@ekiden/kernel';
import {
  isPod,
  validateRoleChange,
  validateRolloutOf,
  type AppContext,
  type AppDefinition,
  type PodDefinition,
} from '../app/index.js';
import type { Violation } from '../violation.js';
import { normalizePod } from './normalize-pod.js';
import type { PodWire } from './pod-wire.js';
import { validatePod, validateWire } from './validate-pod.js';

/**
 * A complete document to a sound pod, or all violations at once. `current` is what stands in its
 * place so far, to be replaced as a whole (there are no partial updates of pods): a pod keeps its
 * rollout unless one is given, its right to its role, and its version and version info for `stampVersion` to judge.
 */
export function buildPod(
  wire: PodWire,
  current: AppDefinition | undefined,
  ctx: AppContext,
): Result<PodDefinition, readonly Violation[]> {
  const before = current !== undefined && isPod(current) ? current : undefined;
  const inPlace: AppContext = before === undefined ? ctx : { ...ctx, currentRole: before.role };
  const asked = { ...wire, rollout: wire.rollout === undefined ? before?.rollout : wire.rollout };
  const pod = normalizePod(asked, inPlace);
  const violations = [
    ...validateWire(wire, ctx.broken),
    ...validatePod(pod, inPlace),
    ...(ctx.broken?.has('rollout') === true ? [] : validateRolloutOf(asked.rollout, pod)),
  ];
  if (violations.length > 0) return err(violations);
  if (before === undefined) return ok(pod);
  const roleChange = validateRoleChange(before, pod, ctx.force ?? false);
  if (roleChange.length > 0) return err(roleChange);
  const { version, versionInfo } = before;
  return ok({ ...pod, version, versionInfo });
}
