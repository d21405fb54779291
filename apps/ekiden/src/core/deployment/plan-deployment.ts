import { eachInSteps, type Millis, type Steps } from '@ekiden/kernel';
import { fixedHostPorts, isPod, type PathId } from '../app/index.js';
import { DependencyGraph, type Tree } from '../group/index.js';
import { knowChanges } from './change-in.js';
import { namedEdges, planEdges, type ActedOn } from './plan-edges.js';
import {
  kindOf,
  verbFor,
  type Action,
  type ActionVerb,
  type AppChange,
  type DeploymentPlan,
  type GroupChange,
  type PlannedEdges,
  type Step,
} from './plan.js';
import { planGoverned } from './plan-governed.js';
import { isInScope } from './plan-rollouts.js';
import { promotionOrder, type PromotionOrder } from './promotion-order.js';
import type { InPlaceRollout, PlannedRollout } from './rollout-progress.js';

export interface PlanInput {
  readonly id: string;
  readonly parent: Millis;
  readonly version: Millis;
  readonly original: Tree;
  readonly target: Tree;
  /** Of the target. */
  readonly graph: DependencyGraph;
  /** Apps that differ between the two trees. */
  readonly changes: readonly AppChange[];
  /** The same by id, where somebody has that already. */
  readonly changed?: ReadonlyMap<PathId, AppChange>;
  readonly groupChanges: readonly GroupChange[];
  readonly sentenced: Readonly<Record<string, readonly string[]>>;
  /** What `planRollouts` makes of the same changes. */
  readonly rollouts?: readonly PlannedRollout[];
  readonly inPlace?: readonly InPlaceRollout[];
  readonly warnings: readonly string[];
}

/**
 * The steps from the original tree to the target (marathon-behaviour 1.4, with the stop order of
 * rollouts.md): removed apps stop first, dependants before what they used; then the Start markers
 * of new apps; then one step per dependency level, dependencies first; and last, again in mirror
 * order, the removed apps that surviving changed apps used until their own upgrade.
 *
 * With two generations a level restarts each twin, which brings its new generation up; once the
 * levels are done that do not depend on it, a step of its own scales the twins of a scope to their
 * full size and promotes them; what depends on them, and what never runs twice, comes after that.
 * What is removed inside the scope goes last: the old generation may still use it.
 */
export function* planDeployment(input: PlanInput): Steps<DeploymentPlan> {
  const changed = input.changed ?? new Map(input.changes.map((change) => [change.id, change]));
  const removed = input.changes.filter((change) => change.after === undefined);
  const late = yield* usedBySurvivors(input, removed);
  const soon = removed.filter((change) => !late.has(change.id));
  const afterwards = removed.filter((change) => late.has(change.id));
  const idle = yield* idleIn(input);
  const acted = { tree: input.target, graph: input.graph, changed, idle };
  const edges = yield* planEdges(acted);
  const order = yield* orderOf(input, acted, edges);
  const steps = [
    ...(yield* stopSteps(input.original, soon)),
    yield* startStep(input.changes),
    ...(yield* levelSteps(input, changed, order)),
    ...(yield* stopSteps(input.original, afterwards)),
  ].filter((step) => step.actions.length > 0);
  const governed = yield* planGoverned(input);
  const plan: DeploymentPlan = {
    id: input.id,
    parent: input.parent,
    version: input.version,
    steps,
    changes: input.changes,
    groupChanges: input.groupChanges,
    sentenced: input.sentenced,
    ...(isSome(input.rollouts) && { rollouts: input.rollouts }),
    ...(isSome(input.inPlace) && { inPlace: input.inPlace }),
    governed,
    ...(edges && { edges: order.edges }),
    warnings: input.warnings,
  };
  return knowChanges(plan, changed);
}

function* startStep(changes: readonly AppChange[]): Steps<Step> {
  const actions: Action[] = [];
  yield* eachInSteps(changes, (change) => {
    const isNew = change.before === undefined && change.after !== undefined;
    if (isNew) actions.push(actOn(change, 'Start'));
  });
  return { actions };
}

/** What is gone or going is named by what it was. */
function actOn({ id, before, after }: AppChange, verb: ActionVerb): Action {
  const spec = after ?? before;
  return { kind: kindOf(verb, spec !== undefined && isPod(spec)), app: id };
}

function isSome<T>(list: readonly T[] | undefined): list is readonly T[] {
  return list !== undefined && list.length > 0;
}

/** Of these only what is said of them changes. */
function* idleIn({ changes, rollouts = [] }: PlanInput): Steps<ReadonlySet<PathId>> {
  const idle = new Set<PathId>();
  yield* eachInSteps(changes, (change) => {
    if (verbFor(change) === undefined) idle.add(change.id);
  });
  for (const { twins } of rollouts) for (const id of twins) idle.delete(id);
  return idle;
}

function* orderOf(
  { rollouts = [] }: PlanInput,
  acted: ActedOn,
  edges: PlannedEdges | undefined,
): Steps<PromotionOrder> {
  const isNeeded = edges === undefined && rollouts.length > 0;
  const known = isNeeded ? yield* namedEdges(acted) : (edges ?? {});
  return yield* promotionOrder(rollouts, known, acted.changed.keys());
}

function* levelSteps(
  { graph, changes, rollouts = [] }: PlanInput,
  changed: ReadonlyMap<PathId, AppChange>,
  order: PromotionOrder,
): Steps<Step[]> {
  const twins = new Set(rollouts.flatMap((rollout) => rollout.twins));
  const rounds = new Map<number, Map<number, Action[]>>();
  yield* eachInSteps(changes, (change) => {
    const action = actionFor(change, twins.has(change.id));
    if (action === undefined) return;
    const round = order.roundOf(change.id);
    const byLevel = rounds.get(round) ?? entry(rounds, round, new Map<number, Action[]>());
    const level = graph.levelOf(change.id);
    (byLevel.get(level) ?? entry(byLevel, level, [])).push(action);
  });
  const steps = new StepList();
  for (const [round, byLevel] of rounds) {
    for (const [level, actions] of byLevel) steps.put({ round, level }, { actions });
  }
  if (rollouts.length === 0) return steps.inOrder();
  for (const rollout of rollouts) {
    const round = order.roundOfScope(rollout.scope);
    const level = waitsForSomebody(rollout)
      ? Infinity
      : Math.max(...rollout.twins.map((id) => (order.roundOf(id) < round ? 0 : graph.levelOf(id))));
    steps.put({ round, level }, promotion(rollout, changed));
  }
  return steps.inOrder();
}

/** Its promotion holds up everything after it: it comes when all is done that does not need it. */
function waitsForSomebody({ settings, back }: PlannedRollout): boolean {
  return back !== true && settings.blueGreen.promotion === 'manual';
}

/** Steps by round and level; at the same place in the order they were put. */
class StepList {
  private readonly placed: { readonly round: number; readonly level: number; step: Step }[] = [];

  put({ round, level }: { readonly round: number; readonly level: number }, step: Step): void {
    this.placed.push({ round, level, step });
  }

  inOrder(): Step[] {
    return this.placed
      .sort((a, b) => (a.round === b.round ? byLevel(a.level, b.level) : a.round - b.round))
      .map(({ step }) => step);
  }
}

function byLevel(a: number, b: number): number {
  return a === b ? 0 : a - b;
}

function entry<K, V>(map: Map<K, V>, key: K, made: V): V {
  map.set(key, made);
  return made;
}

function promotion(
  { scope, twins }: PlannedRollout,
  changed: ReadonlyMap<PathId, AppChange>,
): Step {
  const actions = twins.flatMap((id) => {
    const change = changed.get(id);
    return change === undefined ? [] : [actOn(change, 'Scale')];
  });
  return { actions, promotes: scope };
}

function actionFor(change: AppChange, isTwin: boolean): Action | undefined {
  if (change.after === undefined) return undefined;
  const verb = isTwin ? 'Restart' : verbFor(change);
  return verb === undefined ? undefined : actOn(change, verb);
}

/** Stops in mirror order: who depends on others stops before them. */
function* stopSteps(original: Tree, removed: readonly AppChange[]): Steps<Step[]> {
  const graph = new DependencyGraph(original);
  const byLevel = new Map<number, Action[]>();
  yield* eachInSteps(removed, (change) => {
    const level = graph.levelOf(change.id);
    const action = actOn(change, 'Stop');
    const actions = byLevel.get(level);
    if (actions === undefined) byLevel.set(level, [action]);
    else actions.push(action);
  });
  return [...byLevel].sort(([a], [b]) => b - a).map(([, actions]) => ({ actions }));
}

/**
 * Removed apps that a surviving, changed app depended on stay until that app has been upgraded,
 * unless they hand over a fixed host port to a newcomer: then they stop first.
 */
function* usedBySurvivors(
  input: PlanInput,
  removed: readonly AppChange[],
): Steps<ReadonlySet<PathId>> {
  if (removed.length === 0) return new Set();
  const { rollouts = [] } = input;
  const used = new Set<PathId>();
  const graph = new DependencyGraph(input.original);
  yield* eachInSteps(input.changes, (change) => {
    if (change.after === undefined || change.before === undefined) return;
    for (const id of graph.dependenciesOf(change.id)) used.add(id);
  });
  const taken = new Set<number>();
  yield* eachInSteps(input.changes, ({ after }) => {
    if (after !== undefined) for (const port of fixedHostPorts(after)) taken.add(port);
  });
  const late = new Set<PathId>();
  yield* eachInSteps(removed, ({ id, before }) => {
    const handsOver = before !== undefined && fixedHostPorts(before).some((p) => taken.has(p));
    const inScope = rollouts.some((rollout) => isInScope(id, rollout));
    if ((used.has(id) || inScope) && !handsOver) late.add(id);
  });
  return late;
}
