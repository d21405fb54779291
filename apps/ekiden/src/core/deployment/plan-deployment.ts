import { eachInSteps, type Millis, type Steps } from '@ekiden/kernel';
import { isPod, isScaleOnly, type AppDefinition, type PathId } from '../app/index.js';
import { DependencyGraph, type Tree } from '../group/index.js';
import { withRollouts } from './place-rollouts.js';
import type { PlannedRollout } from './rollout-progress.js';
import type { Action, ActionVerb, AppChange, DeploymentPlan, GroupChange, Step } from './plan.js';

export interface PlanInput {
  readonly id: string;
  readonly parent: Millis;
  readonly version: Millis;
  readonly original: Tree;
  /** Of the target. */
  readonly graph: DependencyGraph;
  /** Apps that differ between the two trees. */
  readonly changes: readonly AppChange[];
  readonly groupChanges: readonly GroupChange[];
  readonly sentenced: Readonly<Record<string, readonly string[]>>;
  readonly warnings: readonly string[];
  /** What gets a second generation; absent = nothing. */
  readonly rollouts?: readonly PlannedRollout[];
}

/**
 * The steps from the original tree to the target (marathon-behaviour 1.4, with the stop order of
 * rollouts.md): removed apps stop first, dependants before what they used; then the Start markers
 * of new apps; then one step per dependency level, dependencies first; and last, again in mirror
 * order, the removed apps that surviving changed apps used until their own upgrade.
 */
export function* planDeployment(input: PlanInput): Steps<DeploymentPlan> {
  const removed = input.changes.filter((change) => change.after === undefined);
  const late = yield* usedBySurvivors(input, removed);
  const soon = removed.filter((change) => !late.has(change.id));
  const afterwards = removed.filter((change) => late.has(change.id));
  const rollouts = input.rollouts ?? [];
  const steps = [
    ...(yield* stopSteps(input.original, soon)),
    yield* startStep(input.changes),
    ...withRollouts(yield* levelSteps(input), rollouts),
    ...(yield* stopSteps(input.original, afterwards)),
  ].filter((step) => step.actions.length > 0);
  return {
    id: input.id,
    parent: input.parent,
    version: input.version,
    steps,
    changes: input.changes,
    groupChanges: input.groupChanges,
    sentenced: input.sentenced,
    ...(rollouts.length === 0 ? {} : { rollouts }),
    warnings: input.warnings,
  };
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
  const noun = spec !== undefined && isPod(spec) ? 'Pod' : 'Application';
  return { kind: `${verb}${noun}`, app: id };
}

function* levelSteps(input: PlanInput): Steps<Step[]> {
  const { graph } = input;
  const byLevel = new Map<number, Action[]>();
  yield* eachInSteps(input.changes, (change) => {
    const action = actionFor(change);
    if (action === undefined) return;
    const level = graph.levelOf(change.id);
    const actions = byLevel.get(level);
    if (actions === undefined) byLevel.set(level, [action]);
    else actions.push(action);
  });
  return [...byLevel].sort(([a], [b]) => a - b).map(([, actions]) => ({ actions }));
}

function actionFor(change: AppChange): Action | undefined {
  const { before, after, mixed } = change;
  if (after === undefined) return undefined;
  if (before === undefined || after.instances === 0 || isScaleOnly(before, after)) {
    return actOn(change, 'Scale');
  }
  const sameConfig = before.versionInfo.lastConfigChangeAt === after.versionInfo.lastConfigChangeAt;
  if (sameConfig && mixed !== true) {
    return undefined;
  }
  return actOn(change, 'Restart');
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
    if (used.has(id) && !handsOver) late.add(id);
  });
  return late;
}

function fixedHostPorts(app: AppDefinition): number[] {
  const mapped = (app.container?.portMappings ?? []).map((mapping) => mapping.hostPort ?? 0);
  const required = app.requirePorts ? (app.portDefinitions ?? []).map((d) => d.port) : [];
  return [...mapped, ...required].filter((port) => port > 0);
}
