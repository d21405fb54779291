import { err, ok } from '@ekiden/kernel';
import type { PathId } from '../app/index.js';
import type { RootChange, TurnContext } from '../turn/index.js';
import type { ProposedChange } from './adopt-changes.js';
import { buildApp } from './build-app.js';
import { invalid, missingApp, type Proposal, type ProposalOptions } from './proposal.js';

type Change<K extends RootChange['kind']> = Extract<RootChange, { readonly kind: K }>;

export function proposeCreation(
  context: TurnContext,
  { id, app }: Change<'createApp'>,
  options: ProposalOptions,
): Proposal {
  if (context.draft.apps.has(id)) {
    return err({ kind: 'exists', message: `An app with id [${id}] already exists.` });
  }
  const source = { ...options, id, wire: app, current: undefined, partial: false };
  const built = buildApp(context, source);
  return built.ok ? ok({ changes: [{ id, after: built.value }] }) : invalid(built.error);
}

export function proposeUpserts(
  context: TurnContext,
  { entries, partial, mustExist }: Change<'upsertApps'>,
  options: ProposalOptions,
): Proposal {
  const changes = new Map<PathId, ProposedChange>();
  for (const { id, app } of entries) {
    const before = context.draft.apps.get(id);
    const current = changes.get(id)?.after ?? before;
    if (current === undefined && mustExist) return missingApp(id);
    const built = buildApp(context, { ...options, id, wire: app, current, partial });
    if (!built.ok) return invalid(built.error);
    changes.set(id, { id, ...(before && { before }), after: built.value });
  }
  return ok({ changes: [...changes.values()] });
}

export function proposeRollback(
  context: TurnContext,
  { id, definition }: Change<'rollbackApp'>,
): Proposal {
  const before = context.draft.apps.get(id);
  if (before === undefined || definition === undefined) return missingApp(id);
  return ok({ changes: [{ id, before, after: definition }], restoring: true });
}

export function proposeRemoval(context: TurnContext, { id }: Change<'deleteApp'>): Proposal {
  const before = context.draft.apps.get(id);
  return before === undefined ? missingApp(id) : ok({ changes: [{ id, before }] });
}

export function proposeRestart(context: TurnContext, { id }: Change<'restartApp'>): Proposal {
  const before = context.draft.apps.get(id);
  if (before === undefined) return missingApp(id);
  return ok({ changes: [{ id, before, after: before, restart: true }] });
}
