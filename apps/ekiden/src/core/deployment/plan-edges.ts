import { eachInSteps, type Steps } from '@ekiden/kernel';
import { isScaleOnly, type DependencyRule, type PathId } from '../app/index.js';
import type { DependencyGraph, Tree } from '../group/index.js';
import type { AppChange, PlannedEdge, PlannedEdges } from './plan.js';

/**
 * Most edges that a plan holds, and most that are followed to find them. A plan with more (a group
 * of a thousand apps that depends on another such group) goes by its steps alone.
 */
const EDGES_MAX = 50_000;

interface Target {
  readonly tree: Tree;
  readonly graph: DependencyGraph;
}

/**
 * What each app that a plan starts or changes waits for: what it depends on and the plan changes
 * too, also through apps that the plan leaves alone (DEP-13), and what it depends on and nobody
 * runs. `undefined`: there are too many.
 */
export function* planEdges(
  { tree, graph }: Target,
  changes: readonly AppChange[],
): Steps<PlannedEdges | undefined> {
  const changed = new Set<PathId>();
  yield* eachInSteps(changes, ({ id }) => void changed.add(id));
  const edges: Record<PathId, readonly PlannedEdge[]> = {};
  const search: Search = { tree, graph, changed, left: EDGES_MAX };
  const found: PlannedEdge[] = [];
  yield* eachInSteps(changes, (change) => {
    if (search.left < 0) return;
    found.length = 0;
    search.left -= collect(search, change, found);
    if (found.length > 0) edges[change.id] = found.slice();
  });
  if (search.left < 0) return undefined;
  return edges;
}

interface Search extends Target {
  readonly changed: ReadonlySet<PathId>;
  /** How many may still be followed. */
  left: number;
}

/** Returns how many edges were followed. */
function collect(search: Search, change: AppChange, found: PlannedEdge[]): number {
  const { tree, graph, changed, left } = search;
  const direct = graph.dependenciesOf(change.id);
  if (direct.length === 0) return 0;
  let followed = 0;
  const growing = grows(change);
  let open: PathId[] | undefined;
  for (const on of direct) {
    followed += 1;
    if (followed > left) return followed;
    const dependency = tree.app(on);
    const suspended = dependency?.instances === 0;
    if (suspended ? growing : changed.has(on)) {
      found.push(edge(on, graph.ruleOf(change.id, on), suspended));
    }
    if (!changed.has(on)) (open ??= []).push(on);
  }
  if (open === undefined) return followed;
  const seen = new Set(direct.filter((on) => changed.has(on)));
  for (let via = open.pop(); via !== undefined; via = open.pop()) {
    if (seen.has(via)) continue;
    seen.add(via);
    for (const on of graph.dependenciesOf(via)) {
      followed += 1;
      if (followed > left) return followed;
      if (seen.has(on)) continue;
      if (!changed.has(on)) open.push(on);
      else if (tree.app(on)?.instances !== 0) {
        seen.add(on);
        found.push({ on });
      }
    }
  }
  return followed;
}

function edge(on: PathId, rule: DependencyRule | undefined, suspended: boolean): PlannedEdge {
  if (rule === undefined && !suspended) return { on };
  return { on, ...(rule && { rule }), ...(suspended && { suspended }) };
}

/** Something of it is to be started, so that what it needs has to be there. */
function grows({ before, after }: AppChange): boolean {
  if (after === undefined || after.instances === 0) return false;
  if (before === undefined || !isScaleOnly(before, after)) return true;
  return after.instances > before.instances;
}
