import type { Millis } from '@ekiden/kernel';
import { isPod, isScaleOnly, type AppDefinition, type PathId } from '../app/index.js';
import { DependencyGraph, type Tree } from '../group/index.js';
import type { Action, ActionVerb, AppChange, DeploymentPlan, GroupChange, Step } from './plan.js';

export interface PlanInput {
  readonly id: string;
  readonly parent: Millis;
  readonly version: Millis;
  readonly original: Tree;
  readonly target: Tree;
  /** Apps that differ between the two trees. */
  readonly changes: readonly AppChange[];
  readonly groupChanges: readonly GroupChange[];
  readonly sentenced: Readonly<Record<string, readonly string[]>>;
  readonly warnings: readonly string[];
}

/**
 * The steps from the original tree to the target (marathon-behaviour 1.4, with the stop order of
 * rollouts.md): removed apps stop first, dependants before what they used; then the Start markers
 * of new apps; then one step per dependency level, dependencies first; and last, again in mirror
 * order, the removed apps that surviving changed apps used until their own upgrade.
 */
export function planDeployment(input: PlanInput): DeploymentPlan {
  const removed = input.changes.filter((change) => change.after === undefined);
  const late = usedBySurvivors(input, removed);
  const steps = [
    ...stopSteps(
      input.original,
      removed.filter((change) => !late.has(change.id)),
    ),
    startStep(input.changes),
    ...levelSteps(input),
    ...stopSteps(
      input.original,
      removed.filter((change) => late.has(change.id)),
    ),
  ].filter((step) => step.actions.length > 0);
  return {
    id: input.id,
    parent: input.parent,
    version: input.version,
    steps,
    changes: input.changes,
    groupChanges: input.groupChanges,
    sentenced: input.sentenced,
    warnings: input.warnings,
  };
}

function startStep(changes: readonly AppChange[]): Step {
  const actions = changes
    .filter((change) => change.before === undefined && change.after !== undefined)
    .map((change) => actOn(change, 'Start'));
  return { actions };
}

/** What is gone or going is named by what it was. */
function actOn({ id, before, after }: AppChange, verb: ActionVerb): Action {
  const spec = after ?? before;
  const noun = spec !== undefined && isPod(spec) ? 'Pod' : 'Application';
  return { kind: `${verb}${noun}`, app: id };
}

function levelSteps(input: PlanInput): Step[] {
  const graph = new DependencyGraph(input.target);
  const byLevel = new Map<number, Action[]>();
  for (const change of input.changes) {
    const action = actionFor(change);
    if (action === undefined) continue;
    const level = graph.levelOf(change.id);
    const actions = byLevel.get(level);
    if (actions === undefined) byLevel.set(level, [action]);
    else actions.push(action);
  }
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
function stopSteps(original: Tree, removed: readonly AppChange[]): Step[] {
  const graph = new DependencyGraph(original);
  const byLevel = new Map<number, Action[]>();
  for (const change of removed) {
    const level = graph.levelOf(change.id);
    const action = actOn(change, 'Stop');
    const actions = byLevel.get(level);
    if (actions === undefined) byLevel.set(level, [action]);
    else actions.push(action);
  }
  return [...byLevel].sort(([a], [b]) => b - a).map(([, actions]) => ({ actions }));
}

/**
 * Removed apps that a surviving, changed app depended on stay until that app has been upgraded,
 * unless they hand over a fixed host port to a newcomer: then they stop first.
 */
function usedBySurvivors(input: PlanInput, removed: readonly AppChange[]): ReadonlySet<PathId> {
  if (removed.length === 0) return new Set();
  const used = new Set<PathId>();
  const graph = new DependencyGraph(input.original);
  for (const change of input.changes) {
    if (change.after === undefined || change.before === undefined) continue;
    for (const id of graph.dependenciesOf(change.id)) used.add(id);
  }
  const taken = new Set<number>();
  for (const change of input.changes) {
    if (change.after !== undefined) {
      for (const port of fixedHostPorts(change.after)) taken.add(port);
    }
  }
  const late = new Set<PathId>();
  for (const { id, before } of removed) {
    const handsOver = before !== undefined && fixedHostPorts(before).some((p) => taken.has(p));
    if (used.has(id) && !handsOver) late.add(id);
  }
  return late;
}

function fixedHostPorts(app: AppDefinition): number[] {
  const mapped = (app.container?.portMappings ?? []).map((mapping) => mapping.hostPort ?? 0);
  const required = app.requirePorts ? (app.portDefinitions ?? []).map((d) => d.port) : [];
  return [...mapped, ...required].filter((port) => port > 0);
}
