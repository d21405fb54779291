import { resolveId, type PathId } from '../app/index.js';
import type { GroupWire } from '../group/index.js';
import { prepareApp, type Standing } from './build-app.js';

/**
 * Builds the definitions of a group document ahead of its turn, one per step: the turn takes over
 * those whose circumstances are still the same, and builds the others again.
 */
export function* prepareGroup(
  standing: Standing,
  { id, group }: { readonly id: PathId; readonly group: GroupWire },
  { force }: { readonly force: boolean },
): Generator<void, void> {
  for (const wire of group.apps ?? []) {
    if (typeof wire.id !== 'string') continue;
    const app = resolveId(wire.id, id);
    const current = standing.draft.apps.get(app);
    prepareApp(standing, { id: app, wire, current, partial: false, base: id, force });
    yield;
  }
  for (const child of group.groups ?? []) {
    if (typeof child.id !== 'string') continue;
    yield* prepareGroup(standing, { id: resolveId(child.id, id), group: child }, { force });
  }
}
