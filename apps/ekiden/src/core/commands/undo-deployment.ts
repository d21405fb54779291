import type { Steps } from '@ekiden/kernel';
import { ROOT_ID, isEqual, isUpgrade, type AppDefinition } from '../app/index.js';
import { twinsOf, type AppChange, type Deployment } from '../deployment/index.js';
import type { Reply, TurnContext } from '../turn/index.js';
import { adoptChanges, type ProposedChange } from './adopt-changes.js';
import { announceAccepted, announceRefused } from './announce-root.js';
import { reverseGroups } from './cancel-deployment.js';
import { nextVersion } from './change-root.js';
import { rolloutsBack } from './rollouts-back.js';

/**
 * Takes back what an ended deployment changed, and only that (rollouts.md, Undo): what has been
 * changed since stays, later scaling too. Where both changed the same field of an app it is refused,
 * naming the later deployment. Undoing once more answers with the deployment that did it.
 */
export function* undo(context: TurnContext, deployment: Deployment): Steps<Reply> {
  const { draft } = context;
  const { plan, undoneBy } = deployment;
  const held = new Set(twinsOf(deployment));
  const reverted = plan.changes.map((change) => {
    const present = draft.apps.get(change.id);
    return held.has(change.id) ? switchBack(change, present) : revert(change, present);
  });
  const conflict = reverted.find((one) => one.kind === 'conflict');
  if (conflict !== undefined) return refusal(context, deployment, conflict);
  const changes = reverted.flatMap((one) => (one.kind === 'change' ? [one.change] : []));
  const groupChanges = reverseGroups(context, plan);
  if (changes.length === 0 && groupChanges.length === 0) {
    const done = undoneBy === undefined ? undefined : draft.deployments.get(undoneBy);
    if (done === undefined) {
      return { kind: 'conflict', message: `Nothing of deployment ${plan.id} is left to undo` };
    }
    const { id: deploymentId, plan: by } = done;
    return { kind: 'deployed', deploymentId, version: by.version, isNew: false };
  }
  const version = nextVersion(context);
  const notice = { groupId: ROOT_ID, version };
  const adopted = yield* adoptChanges(context, {
    changes,
    groupChanges,
    version,
    force: false,
    restoring: true,
    addressed: true,
    undoes: plan.id,
    ...(held.size === 0 ? {} : { rollouts: rolloutsBack(deployment) }),
    accepted: () => announceAccepted(context, notice),
  });
  if (!adopted.ok) {
    announceRefused(context, notice, adopted.error);
    return adopted.error;
  }
  const { deploymentId } = adopted.value;
  return { kind: 'deployed', deploymentId, version, isNew: false };
}

type Reverted =
  | { readonly kind: 'change'; readonly change: ProposedChange }
  /** It is already as it was before. */
  | { readonly kind: 'nothing' }
  | { readonly kind: 'conflict'; readonly app: string; readonly what: string };

function revert({ id, before, after }: AppChange, present: AppDefinition | undefined): Reverted {
  if (present === undefined) {
    if (before === undefined) return { kind: 'nothing' };
    if (after === undefined) return restoring(undefined, before);
    return { kind: 'conflict', app: id, what: 'removed' };
  }
  if (after === undefined) {
    const same = before !== undefined && mergeBack(before, before, present).fields.length === 0;
    return same ? { kind: 'nothing' } : { kind: 'conflict', app: id, what: 'created anew' };
  }
  const { merged, fields } = mergeBack(before ?? after, after, present);
  if (fields.length > 0) {
    return { kind: 'conflict', app: id, what: `changed (${fields.join(', ')})` };
  }
  if (before === undefined) return { kind: 'change', change: { id, before: present } };
  return isEqual(merged, present) ? { kind: 'nothing' } : restoring(present, merged, before);
}

/** Of a rollout that holds: all of its twins go back together, also those that are copies. */
function switchBack(change: AppChange, present: AppDefinition | undefined): Reverted {
  const { id, before, after } = change;
  const reverted = revert(change, present);
  if (reverted.kind !== 'nothing' || present === undefined || before === undefined) return reverted;
  const is = present.versionInfo.lastConfigChangeAt;
  if (after?.versionInfo.lastConfigChangeAt !== is) return reverted;
  const { versionInfo } = before;
  return {
    kind: 'change',
    change: { id, before: present, after: { ...present, versionInfo }, restore: true },
  };
}

/** As the configuration it once was, where it is: instances that still run it are kept. */
function restoring(
  present: AppDefinition | undefined,
  merged: AppDefinition,
  before: AppDefinition = merged,
): Reverted {
  const { id } = merged;
  const same = !isUpgrade(before, merged);
  const after = same ? { ...merged, versionInfo: before.versionInfo } : merged;
  return {
    kind: 'change',
    change: { id, ...(present && { before: present }), after, restore: same },
  };
}

const STAMPS: ReadonlySet<string> = new Set<keyof AppDefinition>(['id', 'version', 'versionInfo']);

/**
 * `present` with the way from `before` to `after` taken back, and the fields that have been changed
 * otherwise since. The number of instances is never one of them: later scaling is kept.
 */
function mergeBack(
  before: AppDefinition,
  after: AppDefinition,
  present: AppDefinition,
): { readonly merged: AppDefinition; readonly fields: readonly string[] } {
  const [was, became, is] = [fieldsOf(before), fieldsOf(after), fieldsOf(present)];
  const merged = new Map(is);
  const fields: string[] = [];
  for (const name of new Set([...was.keys(), ...became.keys(), ...is.keys()])) {
    const [old, made, now] = [was.get(name), became.get(name), is.get(name)];
    if (STAMPS.has(name) || isEqual(now, old)) continue;
    if (isEqual(now, made)) {
      if (old === undefined) merged.delete(name);
      else merged.set(name, old);
    } else if (!isEqual(old, made) && name !== 'instances') {
      fields.push(name);
    }
  }
  return { merged: Object.fromEntries(merged) as unknown as AppDefinition, fields };
}

function fieldsOf(app: AppDefinition): ReadonlyMap<string, unknown> {
  return new Map(Object.entries(app));
}

function refusal(
  { draft }: TurnContext,
  { plan }: Deployment,
  { app, what }: Extract<Reverted, { kind: 'conflict' }>,
): Reply {
  const later = [...draft.deployments.values()]
    .filter((one) => one.plan.version > plan.version)
    .filter((one) => one.plan.changes.some(({ id }) => id === app))
    .sort((a, b) => b.plan.version - a.plan.version)[0];
  const by = later === undefined ? '' : ` by deployment ${later.id}`;
  const next = later === undefined ? 'Change it by hand.' : `Undo ${later.id} first.`;
  return {
    kind: 'conflict',
    message: `'${app}' has been ${what}${by} since. ${next}`,
  };
}
