import { err, ok, type Result } from '@ekiden/kernel';
import type { Violation } from '../violation.js';
import type { AppDefinition } from './app-definition.js';
import type { AppContext } from './app-settings.js';
import type { AppWire, Maybe } from './app-wire.js';
import { buildApp, createApp } from './create-app.js';
import { rulesAmong } from './dependency-rule.js';
import { given } from './given.js';
import { modernizeApp } from './modernize-app.js';
import { resolveId, type PathId } from './path-id.js';
import { validateLegacy } from './validate-legacy.js';
import { validateRoleChange } from './validate-role.js';
import { wireOf } from './wire-of.js';

/**
 * An existing app changed by a document. Partial: every top-level field given replaces the old
 * value as a whole, absent and `null` keep it; the legacy fields replace what they stand for
 * (`uris` replaces `fetch`, `container.docker.network` the networks). Complete: absent fields fall
 * back to their defaults. Either way the result passes every rule again and keeps the version and
 * version info of `current`, for `stampVersion` to judge (marathon-api 4.1.2). Unlike Marathon's,
 * a partial update loses neither `resourceLimits` nor `executorResources`.
 */
export function updateApp(
  current: AppDefinition,
  wire: AppWire,
  options: { readonly partial: boolean },
  ctx: AppContext,
): Result<AppDefinition, readonly Violation[]> {
  const inPlace: AppContext = { ...ctx, currentRole: ctx.currentRole ?? current.role };
  const built = options.partial
    ? merge(current, wire, inPlace)
    : createApp(withRollout(wire, current), inPlace);
  if (!built.ok) return built;
  const judged = ctx.broken?.has('role') !== true;
  const roleChange = judged ? validateRoleChange(current, built.value, ctx.force ?? false) : [];
  if (roleChange.length > 0) return err(roleChange);
  const { version, versionInfo } = current;
  return ok({ ...built.value, version, versionInfo });
}

function merge(
  current: AppDefinition,
  wire: AppWire,
  ctx: AppContext,
): Result<AppDefinition, readonly Violation[]> {
  const legacy = validateLegacy(wire, ctx.broken);
  if (legacy.length > 0) return err(legacy);
  const base = wireOf(current);
  const changes = modernizeApp(wire, { bridgeName: ctx.settings.bridgeName, current: base });
  const { dependencies, dependencyRules } = changes;
  const rules =
    isGiven(dependencies) && !isGiven(dependencyRules)
      ? { dependencyRules: rulesAmong(current.dependencyRules, absolute(dependencies, ctx)) }
      : {};
  const merged = { ...base, ...given(changes), ...rules };
  return buildApp(wire.rollout === null ? { ...merged, rollout: null } : merged, ctx);
}

function absolute(ids: readonly string[], { base }: AppContext): readonly PathId[] {
  return ids.map((id) => resolveId(id, base));
}

function isGiven<T>(value: Maybe<T>): value is T {
  return value !== null && value !== undefined;
}

/** A complete document of somebody who knows nothing of rollouts takes none away. */
function withRollout(wire: AppWire, { rollout }: AppDefinition): AppWire {
  return wire.rollout !== undefined || rollout === undefined ? wire : { ...wire, rollout };
}
