import type { Millis } from '@ekiden/kernel';
import type { DependencyRule, PathId } from '../app/index.js';
import { DependencyGraph, treeOf, walkApps } from '../group/index.js';
import { changeInstance, type Instance, type KillReason } from '../instance/index.js';
import type { Draft, ServiceState, TurnContext } from '../turn/index.js';
import { isUp } from './dependency-hold.js';

/*
 * `onLost: "restart"` (ADR 0053): who runs while nothing of a dependency runs is marked, and is
 * replaced once the dependency is up again, as a drained agent is left: within the bounds of
 * `upgradeStrategy`. The mark is the task's, so it goes with it, and nothing is restarted twice.
 */

/** Most edges that are watched; who stands behind them is left alone. */
const EDGES_MAX = 50_000;

interface LostEdge {
  readonly on: PathId;
  readonly rule: DependencyRule;
}

interface LostEdges {
  readonly of: ReadonlyMap<PathId, readonly LostEdge[]>;
  readonly dependants: ReadonlyMap<PathId, readonly PathId[]>;
}

/**
 * Marks the tasks of an app that runs without something it is to be restarted for, and wakes those
 * that are to be restarted for this app: to mark them, to begin, or to wait again.
 */
export function noteLost(context: TurnContext, id: PathId): void {
  const edges = edgesOf(context);
  if (edges === undefined) return;
  const { draft, now } = context;
  for (const { on } of edges.of.get(id) ?? []) {
    if (!isLost(draft, on)) continue;
    for (const instance of draft.instances.by('app', id)) mark(draft, instance, { on, since: now });
  }
  const lost = isLost(draft, id);
  for (const dependant of edges.dependants.get(id) ?? []) {
    const tasks = draft.instances.by('app', dependant);
    if (tasks.some((each) => isMarked(each) || (lost && isUnmarked(each)))) {
      draft.dirty.add(dependant);
    }
  }
}

/**
 * In another tree there may be nothing any more that an app waits for, or is to be restarted for:
 * those that are marked are looked at.
 */
export function wakeMarked({ draft }: TurnContext): void {
  for (const id of candidatesOf(draft)) {
    if (draft.instances.by('app', id).some(isMarked)) draft.dirty.add(id);
  }
}

/** Whether an instance is to be replaced, as what it lost is there again. */
export function restartsNow(context: TurnContext, id: PathId): (instance: Instance) => boolean {
  const own = edgesOf(context)?.of.get(id);
  if (own === undefined) return NEVER;
  const { draft } = context;
  if (!draft.instances.by('app', id).some(isMarked)) return NEVER;
  const isBack = ({ on, rule }: LostEdge): boolean =>
    !isLost(draft, on) && isUp(draft, on, rule.condition ?? 'ready');
  return own.every(isBack) ? isMarked : NEVER;
}

/**
 * Whether an app that is to be restarted for others is looked at after them, as they are still to be
 * looked at in this turn: they may be about to be restarted themselves, and are not up then.
 */
export function waitsForLook(context: TurnContext, id: PathId): boolean {
  const { draft } = context;
  const own = edgesOf(context)?.of.get(id);
  if (own?.some(({ on }) => draft.dirty.has(on)) !== true) return false;
  return draft.instances.by('app', id).some(isMarked);
}

/**
 * Nobody finds a place beside those that are to be restarted, and none of them may stop first: they
 * are kept as they are.
 */
export function giveUpRestarts({ draft }: TurnContext, id: PathId): void {
  for (const instance of draft.instances.by('app', id)) {
    if (!isMarked(instance) || instance.task === undefined) continue;
    const { lost: _kept, ...task } = instance.task;
    draft.putInstance({ ...instance, task });
  }
}

export const NEVER = (): boolean => false;

/** Why one is replaced although its configuration is the present one. */
export function reasonToMove(context: TurnContext, instance: Instance): KillReason {
  return restartsNow(context, instance.appId)(instance) ? 'dependencyLost' : 'draining';
}

function mark(
  draft: Draft,
  instance: Instance,
  lost: { readonly on: PathId; readonly since: Millis },
): void {
  const { task } = instance;
  if (task === undefined || !isUnmarked(instance)) return;
  const { id, ...rest } = task;
  draft.putInstance(changeInstance(instance, { task: { id, ...rest, lost } }));
}

/** It runs, and nothing has been noted of it. */
function isUnmarked({ condition, goal, task }: Instance): boolean {
  return condition === 'Running' && goal === 'Running' && task?.lost === undefined;
}

function isMarked({ condition, goal, kill, task }: Instance): boolean {
  const isThere = condition === 'Running' && goal === 'Running' && kill === undefined;
  return isThere && task?.lost !== undefined;
}

/** Nothing of it runs, whoever wanted that. */
function isLost({ apps, instances }: Draft, id: PathId): boolean {
  if (!apps.has(id)) return false;
  return !instances.by('app', id).some(({ condition }) => condition === 'Running');
}

/** Of committed trees, which every turn asks for and few change. */
const known = new WeakMap<
  ServiceState['rows'],
  { readonly root: Millis; readonly edges: LostEdges }
>();

/** `undefined`: nobody has such a rule. */
function edgesOf({ draft, state }: TurnContext): LostEdges | undefined {
  const someone =
    draft.apps.by('onLost', 'restart').length + draft.groups.by('onLost', 'restart').length;
  if (someone === 0) return undefined;
  if (draft.rootVersion !== state.rootVersion) return findEdges(draft);
  const kept = known.get(state.rows);
  if (kept?.root === state.rootVersion) return kept.edges;
  const edges = findEdges(draft);
  known.set(state.rows, { root: state.rootVersion, edges });
  return edges;
}

/** Those with such a rule, whether or not there is what it is about. */
function candidatesOf(draft: Draft): ReadonlySet<PathId> {
  const tree = treeOf(draft);
  const candidates = new Set<PathId>(draft.apps.by('onLost', 'restart').map(({ id }) => id));
  for (const group of draft.groups.by('onLost', 'restart')) {
    for (const { id } of walkApps(tree, group.id)) candidates.add(id);
  }
  return candidates;
}

function findEdges(draft: Draft): LostEdges {
  const tree = treeOf(draft);
  const graph = new DependencyGraph(tree);
  const candidates = candidatesOf(draft);
  const of = new Map<PathId, LostEdge[]>();
  const dependants = new Map<PathId, PathId[]>();
  let left = EDGES_MAX;
  for (const id of [...candidates].sort()) {
    for (const on of graph.dependenciesOf(id)) {
      left -= 1;
      if (left < 0) return { of, dependants };
      const rule = graph.ruleOf(id, on);
      if (rule?.onLost !== 'restart') continue;
      append(of, id, { on, rule });
      append(dependants, on, id);
    }
  }
  return { of, dependants };
}

function append<V>(lists: Map<PathId, V[]>, key: PathId, value: V): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}
