import { millis } from '@ekiden/kernel';
import { resolveId, type PathId } from '../app/index.js';
import type { GroupWire } from '../group/index.js';
import { prepareApp, type PreparedApps, type Standing } from './build-app.js';

/** Its turn gives it one. */
const NO_VERSION = millis(0);

/** By the document of the outermost group. */
const preparedOf = new WeakMap<GroupWire, PreparedApps>();

/** What was built of a group document ahead of its turn. */
export function preparedApps(group: GroupWire): PreparedApps | undefined {
  return preparedOf.get(group);
}

/**
 * Builds the definitions of a group document ahead of its turn, one per step: the turn takes over
 * those whose circumstances are still the same, and builds the others again.
 */
export function* prepareGroup(
  standing: Standing,
  change: GroupDocument,
  { force }: { readonly force: boolean },
): Generator<void, void> {
  const prepared: PreparedApps = new Map();
  preparedOf.set(change.group, prepared);
  yield* prepareBelow(standing, change, { force, prepared });
}

interface GroupDocument {
  readonly id: PathId;
  readonly group: GroupWire;
}

function* prepareBelow(
  standing: Standing,
  { id, group }: GroupDocument,
  options: { readonly force: boolean; readonly prepared: PreparedApps },
): Generator<void, void> {
  const { force, prepared } = options;
  for (const wire of group.apps ?? []) {
    if (typeof wire.id !== 'string') continue;
    const app = resolveId(wire.id, id);
    const current = standing.draft.apps.get(app);
    const source = { id: app, wire, current, partial: false, base: id, force, version: NO_VERSION };
    prepareApp(standing, source, prepared);
    yield;
  }
  for (const child of group.groups ?? []) {
    if (typeof child.id !== 'string') continue;
    yield* prepareBelow(standing, { id: resolveId(child.id, id), group: child }, options);
  }
}
