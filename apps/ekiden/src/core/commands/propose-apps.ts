import { err, ok, type Steps } from '@ekiden/kernel';
import { isPod, type AppDefinition, type PathId } from '../app/index.js';
import type { RootChange, TurnContext } from '../turn/index.js';
import type { Violation } from '../violation.js';
import type { ProposedChange } from './adopt-changes.js';
import { buildApp, type Standing } from './build-app.js';
import type { BrokenParts } from './merge-group.js';
import { invalid, missingApp, type Proposal, type ProposalOptions } from './proposal.js';

type Change<K extends RootChange['kind']> = Extract<RootChange, { readonly kind: K }>;

/** What is wrong with the document is told first, also where its id is taken (marathon-api 2.4). */
export function proposeCreation(
  context: TurnContext,
  { id, app }: Change<'createApp'>,
  options: ProposalOptions,
): Proposal {
  const before = context.draft.apps.get(id);
  const source = { ...options, id, wire: app, current: undefined, partial: false };
  const built = buildApp(context, source);
  if (!built.ok) return invalid(built.error);
  if (before !== undefined && !isPod(before)) {
    return err({ kind: 'exists', message: `An app with id [${id}] already exists.` });
  }
  return ok({ changes: [{ id, ...(before && { before }), after: built.value }] });
}

export function* proposeUpserts(
  context: TurnContext,
  change: Change<'upsertApps'>,
  options: ProposalOptions,
): Steps<Proposal> {
  const { changes, places, violations, missing } = yield* judgeEntries(context, change, options);
  if (missing !== undefined) return missingApp(missing);
  return violations.length > 0
    ? invalid(violations)
    : ok({ changes: [...changes.values()], places });
}

const APPS_PER_STEP = 20;

interface JudgedEntries {
  readonly changes: ReadonlyMap<PathId, ProposedChange>;
  readonly places: ReadonlyMap<PathId, string>;
  readonly violations: readonly Violation[];
  /** The first app, or version of one, that would have to be there and is not. */
  readonly missing?: PathId;
}

/** One after another, each on what those before it made of its app. */
export function* judgeEntries(
  context: Standing,
  { entries, partial, mustExist, listed = false }: Change<'upsertApps'>,
  options: ProposalOptions & { readonly broken?: BrokenParts },
): Steps<JudgedEntries> {
  const changes = new Map<PathId, ProposedChange>();
  const places = new Map<PathId, string>();
  const violations: Violation[] = [];
  for (const [index, { id, app, restored }] of entries.entries()) {
    if (index % APPS_PER_STEP === 0) yield;
    const place = listed ? `(${index})` : '';
    const before = context.draft.apps.get(id);
    const current = changes.get(id)?.after ?? (before && !isPod(before) ? before : undefined);
    if (current === undefined && mustExist) return { changes, places, violations, missing: id };
    if (restored !== undefined && current !== undefined) {
      if (restored.definition === undefined) return { changes, places, violations, missing: id };
      changes.set(id, { id, ...(before && { before }), after: restored.definition });
      continue;
    }
    const broken = options.broken?.get(app);
    const built = buildApp(context, { ...options, id, wire: app, current, partial, broken });
    places.set(id, place);
    if (built.ok) changes.set(id, { id, ...(before && { before }), after: built.value });
    else violations.push(...built.error.map((violation) => placed(violation, place)));
  }
  return { changes, places, violations };
}

/** A violation of one document of a list, with its place in the list. */
function placed({ path, message }: Violation, place: string): Violation {
  return { path: place !== '' && path === '/' ? place : place + path, message };
}

export function proposeRollback(
  context: TurnContext,
  { id, definition }: Change<'rollbackApp'>,
): Proposal {
  const before = appOf(context, id);
  if (before === undefined || definition === undefined) return missingApp(id);
  return ok({ changes: [{ id, before, after: definition }], restoring: true });
}

export function proposeRemoval(context: TurnContext, { id }: Change<'deleteApp'>): Proposal {
  const before = appOf(context, id);
  return before === undefined ? missingApp(id) : ok({ changes: [{ id, before }] });
}

export function proposeRestart(context: TurnContext, { id }: Change<'restartApp'>): Proposal {
  const before = appOf(context, id);
  if (before === undefined) return missingApp(id);
  return ok({ changes: [{ id, before, after: before, restart: true }] });
}

/** A pod is no app. */
function appOf({ draft }: TurnContext, id: PathId): AppDefinition | undefined {
  const spec = draft.apps.get(id);
  return spec === undefined || isPod(spec) ? undefined : spec;
}
