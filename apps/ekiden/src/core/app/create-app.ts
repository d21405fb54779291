import { err, ok, type Result } from '@ekiden/kernel';
import type { Violation } from '../violation.js';
import type { AppDefinition } from './app-definition.js';
import type { AppContext } from './app-settings.js';
import type { AppWire } from './app-wire.js';
import { modernizeApp, type ModernAppWire } from './modernize-app.js';
import { normalizeModern } from './normalize-app.js';
import { validateCanonical } from './validate-app.js';
import { validateLegacy } from './validate-legacy.js';
import { validateModel } from './validate-model.js';
import { validateRolloutOf } from './validate-rollout.js';
import { validateWire } from './validate-wire.js';

/**
 * A complete document to a sound definition, or all violations of the first stage that fails
 * (marathon-api 2.4, order of checks). Service ports asked for as 0 still are 0.
 */
export function createApp(
  wire: AppWire,
  ctx: AppContext,
): Result<AppDefinition, readonly Violation[]> {
  const legacy = validateLegacy(wire, ctx.broken);
  if (legacy.length > 0) return err(legacy);
  return buildApp(modernizeApp(wire, ctx.settings), ctx);
}

/** The same from a document without legacy fields. */
export function buildApp(
  wire: ModernAppWire,
  ctx: AppContext,
): Result<AppDefinition, readonly Violation[]> {
  const app = normalizeModern(wire, ctx);
  const canonical = [
    ...validateWire(wire, ctx.broken),
    ...validateCanonical(app, ctx),
    ...(ctx.broken?.has('rollout') === true ? [] : validateRolloutOf(wire.rollout, app)),
  ];
  if (canonical.length > 0) return err(canonical);
  const model = validateModel(app, ctx.broken);
  return model.length > 0 ? err(model) : ok(app);
}
