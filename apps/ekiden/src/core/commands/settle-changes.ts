import { eachInSteps, type Steps } from '@ekiden/kernel';
import type { PathId } from '../app/index.js';
import {
  isPromoted,
  planRollouts,
  type AppChange,
  type Deployment,
  type InPlaceRollout,
  type PlannedRollout,
  type Twin,
  type TwinRefusal,
} from '../deployment/index.js';
import type { DependencyGraph, Tree } from '../group/index.js';
import type { Adoption, Planning } from './adopt-changes.js';

interface Wish {
  readonly changes: readonly AppChange[];
  readonly target: Tree;
  /** Of the target. */
  readonly graph: DependencyGraph;
  readonly adoption: Adoption;
}

export interface Settled {
  /** What the root becomes: the changes, and twins of what has not changed itself. */
  readonly changes: readonly AppChange[];
  /** The same with what superseded deployments leave unfinished. */
  readonly planned: readonly AppChange[];
  /** Running deployments that touch the same apps. */
  readonly blocking: readonly Deployment[];
  readonly rollouts: readonly PlannedRollout[];
  readonly inPlace: readonly InPlaceRollout[];
  readonly refusals: readonly TwinRefusal[];
}

/**
 * All that a change comes to: what is twinned with it may be locked by deployments, and what those
 * leave unfinished may have to be twinned in turn. Each round finds another deployment or is the last.
 */
export function* settleChanges(context: Planning, wish: Wish): Steps<Settled> {
  const { target, adoption } = wish;
  let { changes } = wish;
  let blocking: readonly Deployment[] = [];
  for (;;) {
    const found = yield* conflicts(context, changes);
    const isLast = found.length === blocking.length;
    blocking = found;
    const planned = withUnfinished(changes, adoption.force ? blocking : [], target);
    const plan = yield* rolloutsOf(context, planned, wish);
    const restamped = restampedOf(planned, plan);
    const known = new Set(restamped.size === 0 ? [] : changes.map(({ id }) => id));
    const added = [...restamped.values()].filter(({ id }) => !known.has(id));
    if (isLast && added.length === 0) {
      const final =
        restamped.size === 0
          ? changes
          : changes.map((change) => withAfterOf(change, restamped.get(change.id)));
      return { ...plan, changes: final, planned: plan.changes, blocking };
    }
    changes = [...changes, ...added];
  }
}

/** Twins of what has not changed, or was only scaled: they have another definition by now. */
function restampedOf(
  planned: readonly AppChange[],
  { rollouts, changes }: Pick<Settled, 'rollouts' | 'changes'>,
): ReadonlyMap<PathId, AppChange> {
  if (rollouts.length === 0) return new Map();
  const known = new Map(planned.map((change) => [change.id, change]));
  const differing = changes.filter((change) => known.get(change.id)?.after !== change.after);
  return new Map(differing.map((change) => [change.id, change]));
}

function withAfterOf(change: AppChange, twinned: AppChange | undefined): AppChange {
  if (change.after === undefined || twinned?.after === undefined) return change;
  return { ...change, after: twinned.after };
}

function* rolloutsOf(
  { draft }: Planning,
  changes: readonly AppChange[],
  { target, graph, adoption }: Wish,
): Steps<Pick<Settled, 'rollouts' | 'inPlace' | 'changes' | 'refusals'>> {
  if (adoption.rollouts !== undefined) {
    const rollouts = adoption.rollouts.flatMap((one) => stillTwinned(one, changes));
    return { rollouts, inPlace: [], changes, refusals: [] };
  }
  const { choice, version } = adoption;
  const plan = yield* planRollouts({
    target,
    graph,
    changes,
    version,
    isLive: ({ id, after }) =>
      draft.instances
        .by('app', id)
        .some((one) => one.configVersion === after?.versionInfo.lastConfigChangeAt),
    ...(choice && { choice }),
  });
  return adoption.undoes === undefined ? plan : { ...plan, rollouts: plan.rollouts.map(atOnce) };
}

/** What goes away, or is as it shall be, has no second generation to switch to. */
function stillTwinned(rollout: PlannedRollout, changes: readonly AppChange[]): PlannedRollout[] {
  const there = new Set(changes.flatMap(({ id, after }) => (after === undefined ? [] : [id])));
  const twins = rollout.twins.filter((id) => there.has(id));
  return twins.length === 0 ? [] : [{ ...rollout, twins }];
}

/** Who takes something back has decided. */
function atOnce(rollout: PlannedRollout): PlannedRollout {
  const { settings } = rollout;
  const blueGreen = { ...settings.blueGreen, promotion: 'automatic' as const };
  return { ...rollout, settings: { ...settings, strategy: 'blueGreen', blueGreen } };
}

/** Twins of a deployment of which the new generation is the live one. */
function promotedTwins({ rollouts = [] }: Deployment): ReadonlySet<PathId> {
  const done = rollouts.filter((one) => isPromoted(one) && one.phase !== 'over');
  return new Set(done.flatMap(({ twins }) => twins.map(({ id }) => id)));
}

function twinsIn({ rollouts = [] }: Deployment): readonly Twin[] {
  return rollouts.flatMap(({ twins }) => twins);
}

function* conflicts(
  { draft }: Pick<Planning, 'draft'>,
  changes: readonly AppChange[],
): Steps<readonly Deployment[]> {
  const found = new Map<string, Deployment>();
  if (draft.deployments.count('status', 'running') === 0) return [];
  yield* eachInSteps(changes, ({ id }) => {
    const deployment = draft.runningDeploymentOf(id);
    if (deployment !== undefined) found.set(deployment.id, deployment);
  });
  return [...found.values()];
}

/** What was to be promoted beside it is given up, and nothing else takes its place. */
const STANDING = { standing: true } as const;

function isSameConfig({ before, after }: AppChange): boolean {
  const config = before?.versionInfo.lastConfigChangeAt;
  return config !== undefined && config === after?.versionInfo.lastConfigChangeAt;
}

/**
 * What a superseded deployment had not finished becomes part of the plan that supersedes it
 * (rollouts.md, force): nothing of it is forgotten half-way.
 */
function withUnfinished(
  changes: readonly AppChange[],
  superseded: readonly Deployment[],
  target: Tree,
): readonly AppChange[] {
  if (superseded.length === 0) return changes;
  const merged = new Map(changes.map((change) => [change.id, change]));
  for (const deployment of superseded) {
    const { plan, step } = deployment;
    const promoted = promotedTwins(deployment);
    const kept = new Map(twinsIn(deployment).map(({ id, keep }) => [id, keep]));
    const open = new Set(plan.steps.slice(step).flatMap((s) => s.actions.map((a) => a.app)));
    for (const old of plan.changes) {
      if (!open.has(old.id) || promoted.has(old.id)) continue;
      const after = merged.has(old.id) ? merged.get(old.id)?.after : target.app(old.id);
      const before = old.before;
      if (before === undefined && after === undefined) {
        // Created by the old plan and gone again: what it started still has to be stopped.
        const unfinished = old.after ?? merged.get(old.id)?.before;
        if (unfinished !== undefined) {
          merged.set(old.id, { id: old.id, before: unfinished, mixed: true });
        }
        continue;
      }
      const change = { id: old.id, ...(before && { before }), ...(after && { after }) };
      const keep = kept.get(old.id);
      const unfinished = { ...change, mixed: true };
      if (keep === undefined) merged.set(old.id, unfinished);
      else merged.set(old.id, { ...unfinished, keep, ...(isSameConfig(change) && STANDING) });
    }
  }
  return [...merged.values()];
}
