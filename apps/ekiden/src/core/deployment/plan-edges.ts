import { eachInSteps, type Steps } from '@ekiden/kernel';
import { isScaleOnly, type DependencyRule, type PathId } from '../app/index.js';
import type { DependencyGraph, LevelledApp, Tree } from '../group/index.js';
import type { AppChange, PlannedEdge, PlannedEdges } from './plan.js';

/**
 * Most edges that a plan holds, and most that are followed to find them. A plan with more (a group
 * of a thousand apps that depends on another such group) goes by its steps alone.
 */
const EDGES_MAX = 50_000;

/** What a plan does, and the tree it leads to. */
export interface ActedOn {
  readonly tree: Tree;
  readonly graph: DependencyGraph;
  /** All that the plan changes, by id. */
  readonly changed: ReadonlyMap<PathId, AppChange>;
  /** Those of them that nothing is done to, as only what is said of them changes. */
  readonly idle: ReadonlySet<PathId>;
}

function isActedOn({ changed, idle }: ActedOn, id: PathId): boolean {
  return changed.has(id) && !idle.has(id);
}

/**
 * What each app that a plan starts or changes waits for: what it depends on and the plan acts on
 * too, also through apps that the plan leaves alone (DEP-13), and what it depends on and nobody
 * runs. `undefined`: there are too many.
 */
export function* planEdges(acted: ActedOn): Steps<PlannedEdges | undefined> {
  const edges: Record<PathId, readonly PlannedEdge[]> = {};
  const search: Search = { ...acted, left: EDGES_MAX };
  yield* eachInSteps([...acted.changed.values()], (change) => {
    if (search.left < 0 || change.after === undefined || acted.idle.has(change.id)) return;
    const found = edgesOf(search, change);
    if (found !== undefined) edges[change.id] = found;
  });
  if (search.left < 0) return undefined;
  return edges;
}

interface Search extends ActedOn {
  /** How many may still be followed. */
  left: number;
}

/** What there is to wait for where those are too many: what each app names itself. */
export function* namedEdges(acted: ActedOn): Steps<PlannedEdges> {
  const { graph, changed } = acted;
  const edges: Record<PathId, readonly PlannedEdge[]> = {};
  const known = new Map<PathId, PlannedEdge>();
  yield* eachInSteps(changed.keys(), (on) => {
    if (isActedOn(acted, on)) known.set(on, { on });
  });
  yield* eachInSteps(known.keys(), (id) => {
    const level = graph.levelOf(id);
    const below = graph.dependenciesOf(id).filter((on) => graph.levelOf(on) < level);
    edges[id] = below.flatMap((on) => known.get(on) ?? []);
  });
  return edges;
}

/** Each edge that is followed counts; `undefined` = there are none, or no more may be followed. */
function edgesOf(search: Search, change: AppChange): PlannedEdge[] | undefined {
  const { level, dependencies: direct, next } = search.graph.levelled(change.id);
  if (direct.length === 0) return undefined;
  // Mostly one or none: an empty list that is put into takes room for many.
  let found: PlannedEdge[] | undefined;
  let open: PathId[] | undefined;
  for (let index = 0; index < direct.length; index += 1) {
    const on = direct[index] as PathId;
    const below = next[index] as LevelledApp;
    search.left -= 1;
    if (search.left < 0) return undefined;
    // An app in a cycle, which older versions took, waits for none of it.
    if (below.level >= level) continue;
    const suspended = below.app?.instances === 0;
    const isActed = isActedOn(search, on);
    if (suspended ? grows(change) : isActed) {
      const each = edge(on, ruleIn(search, change, on), suspended);
      if (found === undefined) found = [each];
      else found.push(each);
    }
    if (!isActed) (open ??= []).push(on);
  }
  if (open === undefined) return found;
  return followed(search, { level, direct, open, found: found ?? [] });
}

/** What is acted on beyond what the plan leaves alone is waited for as well. */
function followed(
  search: Search,
  way: {
    /** Of who waits. */
    readonly level: number;
    readonly direct: readonly PathId[];
    readonly open: PathId[];
    readonly found: PlannedEdge[];
  },
): PlannedEdge[] | undefined {
  const { tree, graph } = search;
  const { level, direct, open, found } = way;
  const seen = new Set(direct.filter((on) => isActedOn(search, on)));
  for (let via = open.pop(); via !== undefined; via = open.pop()) {
    if (seen.has(via)) continue;
    seen.add(via);
    for (const on of graph.dependenciesOf(via)) {
      search.left -= 1;
      if (search.left < 0) return undefined;
      if (seen.has(on) || graph.levelOf(on) >= level) continue;
      if (!isActedOn(search, on)) open.push(on);
      else if (tree.app(on)?.instances !== 0) {
        seen.add(on);
        found.push({ on });
      }
    }
  }
  return found.length === 0 ? undefined : found;
}

/** Most apps name what they depend on themselves, and say no more of it. */
function ruleIn(
  { graph }: ActedOn,
  { id, after }: AppChange,
  on: PathId,
): DependencyRule | undefined {
  if (after?.dependencyRules === undefined && after?.dependencies.includes(on) === true) {
    return undefined;
  }
  return graph.ruleOf(id, on);
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
