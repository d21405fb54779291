import { err, ok } from '@ekiden/kernel';
import { isPod, type PathId, type PodDefinition } from '../app/index.js';
import { buildPod } from '../pod/index.js';
import type { RootChange, TurnContext } from '../turn/index.js';
import { appContext } from './build-app.js';
import { invalid, type Proposal, type ProposalOptions } from './proposal.js';

type Change<K extends RootChange['kind']> = Extract<RootChange, { readonly kind: K }>;

/** A new pod, or one that takes the place of what it was. An app in its place: see `checkRoot`. */
export function proposePod(
  context: TurnContext,
  { kind, id, pod }: Change<'createPod' | 'updatePod'>,
  options: ProposalOptions,
): Proposal {
  const before = context.draft.apps.get(id);
  const built = buildPod(pod, before, appContext(context, { id, ...options }));
  if (!built.ok) return invalid(built.error);
  if (kind === 'createPod' && before !== undefined && isPod(before)) {
    return err({ kind: 'exists', message: `A pod with id [${id}] already exists.` });
  }
  return ok({ changes: [{ id, ...(before && { before }), after: built.value }] });
}

export function proposePodRemoval(context: TurnContext, { id }: Change<'deletePod'>): Proposal {
  const before = podOf(context, id);
  return before === undefined ? missingPod(id) : ok({ changes: [{ id, before }] });
}

/** Replaces all instances, as the pod's `upgrade` says. */
export function proposePodRestart(context: TurnContext, { id }: Change<'restartPod'>): Proposal {
  const before = podOf(context, id);
  if (before === undefined) return missingPod(id);
  return ok({ changes: [{ id, before, after: before, restart: true }] });
}

/** An app is no pod. */
function podOf({ draft }: TurnContext, id: PathId): PodDefinition | undefined {
  const spec = draft.apps.get(id);
  return spec !== undefined && isPod(spec) ? spec : undefined;
}

function missingPod(id: PathId): Proposal {
  return err({ kind: 'notFound', message: `Pod '${id}' does not exist` });
}
