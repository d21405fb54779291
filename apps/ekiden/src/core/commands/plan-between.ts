import {
  assert,
  err,
  millis,
  ok,
  runSteps,
  type IdSource,
  type Millis,
  type Result,
} from '@ekiden/kernel';
import { ROOT_ID, isPod, type PathId } from '../app/index.js';
import type { DeploymentPlan } from '../deployment/index.js';
import { DependencyGraph, appsBelow, treeOf, type GroupWire } from '../group/index.js';
import { buildPod, type PodWire } from '../pod/index.js';
import { Draft, emptyMemory, emptyRows, type OrchestratorSettings } from '../turn/index.js';
import type { Violation } from '../violation.js';
import { applyToRoot, planChanges, type Planning, type ProposedChange } from './adopt-changes.js';
import { appContext } from './build-app.js';
import { mergeGroup } from './merge-group.js';

/** A group with everything below it: lists that are empty are there, and empty. */
export interface TreeDocument {
  readonly id: PathId;
  readonly group: GroupWire;
  readonly pods: readonly TreePod[];
}

export interface TreePod {
  readonly id: PathId;
  readonly wire: PodWire;
  /** Where in the document it stands: `/groups(0)/pods(1)`. */
  readonly path: string;
}

/** Apps and pods that wait for the same number of others, one after the other. */
export interface Level {
  /** 1 = depends on nothing. */
  readonly level: number;
  /** By id. */
  readonly ids: readonly PathId[];
}

export interface TreePlan {
  readonly plan: DeploymentPlan;
  /** Everything of the target by its dependencies, not only what changes. */
  readonly levels: readonly Level[];
}

/** Which of the two documents is wrong, and what of it. */
export interface TreeFault {
  readonly document: 'from' | 'to';
  readonly violations: readonly Violation[];
}

/**
 * The plan that would lead from one tree to another, without a service: the way of a `PUT` of all of
 * the second tree where the first one runs, with the same rules and the same plan.
 */
export function planBetween(
  from: TreeDocument,
  to: TreeDocument,
  { settings, ids }: { readonly settings: OrchestratorSettings; readonly ids: IdSource },
): Result<TreePlan, TreeFault> {
  const rows = emptyRows();
  const draft = new Draft({ rows, memory: emptyMemory(), rootVersion: millis(0) });
  const planning: Planning = { draft, settings, ids };
  const before = planTree(planning, from, millis(1));
  if (!before.ok) return err({ document: 'from', violations: before.error });
  runSteps(applyToRoot(planning, before.value));
  const plan = planTree(planning, to, millis(2));
  if (!plan.ok) return err({ document: 'to', violations: plan.error });
  runSteps(applyToRoot(planning, plan.value));
  return ok({ plan: plan.value, levels: levelsOf(planning) });
}

function planTree(
  planning: Planning,
  { id, group, pods }: TreeDocument,
  version: Millis,
): Result<DeploymentPlan, readonly Violation[]> {
  const merged = runSteps(mergeGroup(planning, { id, group }, { version, force: false }));
  const ofPods = changesOfPods(planning, { id, group, pods }, version);
  const violations = [...(merged.ok ? [] : merged.error), ...(ofPods.ok ? [] : ofPods.error)];
  if (!merged.ok || !ofPods.ok) return err(violations);
  // Pods of groups that are gone are in both.
  const told = new Set(ofPods.value.map((change) => change.id));
  const changes = [...merged.value.changes.filter((one) => !told.has(one.id)), ...ofPods.value];
  const adoption = { ...merged.value, changes, version, force: false };
  const planned = runSteps(planChanges(planning, adoption));
  if (planned.ok) return planned;
  const { error } = planned;
  if (error.kind === 'invalid') return err(error.violations);
  assert(error.kind === 'unprocessable', `a tree alone was refused as ${error.kind}`);
  return err([{ path: '/', message: error.message }]);
}

/** What runs as pods is the pods of the document, and no others. */
function changesOfPods(
  planning: Planning,
  { pods }: TreeDocument,
  version: Millis,
): Result<readonly ProposedChange[], readonly Violation[]> {
  const { draft } = planning;
  const changes = new Map<PathId, ProposedChange>();
  for (const before of draft.apps.values()) {
    if (isPod(before)) changes.set(before.id, { id: before.id, before });
  }
  const violations: Violation[] = [];
  for (const pod of pods) {
    const before = draft.apps.get(pod.id);
    const context = appContext(planning, { id: pod.id, version, force: false });
    const built = buildPod(pod.wire, before, context);
    if (built.ok) {
      changes.set(pod.id, { id: pod.id, ...(before && { before }), after: built.value });
    } else {
      for (const { path, message } of built.error) {
        violations.push({ path: `${pod.path}${path === '/' ? '' : path}`, message });
      }
    }
  }
  return violations.length > 0 ? err(violations) : ok([...changes.values()]);
}

function levelsOf({ draft }: Planning): readonly Level[] {
  const tree = treeOf(draft);
  const graph = new DependencyGraph(tree);
  const byLevel = new Map<number, PathId[]>();
  for (const { id } of appsBelow(tree, ROOT_ID)) {
    const level = graph.levelOf(id);
    const known = byLevel.get(level);
    if (known === undefined) byLevel.set(level, [id]);
    else known.push(id);
  }
  return [...byLevel]
    .sort(([a], [b]) => a - b)
    .map(([level, found]) => ({ level, ids: found.sort() }));
}
