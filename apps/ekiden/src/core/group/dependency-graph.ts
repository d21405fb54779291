import { eachInSteps, type Steps } from '@ekiden/kernel';
import {
  ROOT_ID,
  isBelow,
  parentOf,
  perGroup,
  type AppDefinition,
  type DependencyRule,
  type PathId,
} from '../app/index.js';
import { appsBelow, type Tree } from './tree.js';

const STARTS_PER_STEP = 100;

const NONE: readonly PathId[] = [];
const NOWHERE: readonly Node[] = [];
/** Stands for nodes that nobody has looked for. */
const UNSOUGHT: readonly Node[] = [];

/** A path of app ids that ends where it began. */
export interface DependencyCycle {
  readonly kind: 'DependencyCycle';
  readonly path: readonly PathId[];
}

/** An app with its place in the graph, for those who ask several things of many apps. */
export interface LevelledApp {
  /** `undefined`: nothing has this id. */
  readonly app: AppDefinition | undefined;
  /** See `DependencyGraph.levelOf`. */
  readonly level: number;
  /** See `DependencyGraph.dependenciesOf`. */
  readonly dependencies: readonly PathId[];
  /** The same ones, in the same order. */
  readonly next: readonly LevelledApp[];
}

/** What is known of an app so far. */
interface Node extends LevelledApp {
  readonly id: PathId;
  dependencies: readonly PathId[];
  next: readonly Node[];
  /** 0 = not known yet. */
  level: number;
  /** Whether what it depends on has been gone to for its level. */
  isOpened: boolean;
  /** The search that met it last, and whether that has been everywhere below it. */
  metIn: number;
  isDone: boolean;
}

/**
 * Which apps an app depends on, by its own `dependencies` (apps, or all apps of a group) and by
 * those of every group around it (marathon-behaviour 1.2; that a group may depend on an app is
 * ours). Ids that name nothing have no edge, nor has an app that the group around it names: it
 * would wait for itself. Answers are kept for the life of this object: make one per tree and
 * decision.
 */
export class DependencyGraph {
  private readonly tree: Tree;
  private readonly nodes = new Map<PathId, Node>();
  private readonly membersOf = new Map<PathId, readonly PathId[]>();
  private readonly inherited = new Map<PathId, readonly PathId[]>();
  private readonly inheritedBy = perGroup((group) => this.handedDown(group));
  private searches = 0;

  constructor(tree: Tree) {
    this.tree = tree;
  }

  dependenciesOf(id: PathId): readonly PathId[] {
    return this.node(id).dependencies;
  }

  /**
   * The rule of an edge: that of the nearest node that names the dependency, the app itself before
   * the groups around it; of several entries of one node, that of the longest id.
   */
  ruleOf(id: PathId, on: PathId): DependencyRule | undefined {
    let node: Dependant | undefined = this.tree.app(id);
    for (let at = id; ; node = this.tree.group(at)) {
      const naming = node && nearestNaming(node, on);
      if (naming !== undefined) return node?.dependencyRules?.[naming];
      if (at === ROOT_ID) return undefined;
      at = parentOf(at);
    }
  }

  /**
   * Number of apps on the longest chain of dependencies that starts at `id`: 1 = depends on
   * nothing. What is wanted is asked for cycles first (`findCycle`); what was accepted before
   * some rule may have one, whose apps then get some level each.
   */
  levelOf(id: PathId): number {
    return this.levelled(id).level;
  }

  /** What there is to know of an app, all of it looked for once. */
  levelled(id: PathId): LevelledApp {
    const start = this.node(id);
    if (start.level > 0) return start;
    const open = [start];
    for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
      if (top.level === 0) {
        const before = open.length;
        let level = 0;
        for (const node of this.next(top)) {
          if (node.level > level) level = node.level;
          else if (node.level === 0 && !top.isOpened) open.push(node);
        }
        top.isOpened = true;
        if (open.length > before) continue;
        top.level = level + 1;
      }
      open.pop();
    }
    return start;
  }

  /** A cycle reachable from any of `starts`, apps of the tree, or `undefined`. */
  *findCycle(starts: readonly AppDefinition[]): Steps<DependencyCycle | undefined> {
    this.searches += 1;
    let cycle: DependencyCycle | undefined;
    const look = (start: AppDefinition): void => {
      cycle ??= this.cycleFrom(this.nodeOf(start), this.searches);
    };
    yield* eachInSteps(starts, look, STARTS_PER_STEP);
    return cycle;
  }

  private cycleFrom(start: Node, search: number): DependencyCycle | undefined {
    if (start.metIn === search) return undefined;
    meet(start, search);
    if (areDone(this.next(start), search)) {
      start.isDone = true;
      return undefined;
    }
    const path = [start];
    const at = [0];
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const last = path.length - 1;
      const index = at[last] ?? 0;
      const target = this.next(top)[index];
      at[last] = index + 1;
      if (target === undefined) {
        top.isDone = true;
        path.pop();
        at.pop();
      } else if (target.metIn !== search) {
        meet(target, search);
        path.push(target);
        at.push(0);
      } else if (!target.isDone) {
        const ids = path.slice(path.indexOf(target)).map(({ id }) => id);
        return { kind: 'DependencyCycle', path: [...ids, target.id] };
      }
    }
    return undefined;
  }

  private node(id: PathId): Node {
    return this.nodes.get(id) ?? this.added(id, this.tree.app(id));
  }

  private nodeOf(app: AppDefinition): Node {
    return this.nodes.get(app.id) ?? this.added(app.id, app);
  }

  private added(id: PathId, app: AppDefinition | undefined): Node {
    const node: Node = {
      id,
      app,
      dependencies: NONE,
      next: UNSOUGHT,
      level: 0,
      isOpened: false,
      metIn: 0,
      isDone: false,
    };
    this.nodes.set(id, node);
    if (app !== undefined) this.connect(node, app);
    return node;
  }

  private connect(node: Node, app: AppDefinition): void {
    const { dependencies } = app;
    const inherited = this.inheritedBy(app.id);
    const only = dependencies[0];
    if (only === undefined) {
      node.dependencies = inherited;
      return;
    }
    // Most name one app and no more, and lists mostly have that before them.
    const known = inherited.length + dependencies.length > 1 ? undefined : this.nodes.get(only);
    if (known?.app === undefined) {
      node.dependencies = this.collect(dependencies, inherited);
    } else {
      node.dependencies = dependencies;
      node.next = [known];
    }
  }

  private next(node: Node): readonly Node[] {
    if (node.next === UNSOUGHT) {
      node.next = node.dependencies.length === 0 ? NOWHERE : this.nodesOf(node.dependencies);
    }
    return node.next;
  }

  private nodesOf(ids: readonly PathId[]): readonly Node[] {
    const only = ids[0];
    if (ids.length === 1 && only !== undefined) return [this.node(only)];
    return ids.map((id) => this.node(id));
  }

  private collect(
    dependencies: readonly PathId[],
    inherited: readonly PathId[],
  ): readonly PathId[] {
    const first = dependencies[0];
    if (inherited.length + dependencies.length === 1 && first !== undefined) {
      return this.tree.app(first) === undefined ? this.members(first) : dependencies;
    }
    const found = new Set<PathId>();
    for (const id of dependencies) {
      if (this.tree.app(id) !== undefined) found.add(id);
      else for (const member of this.members(id)) found.add(member);
    }
    for (const id of inherited) found.add(id);
    return [...found];
  }

  /** What a group and those around it depend on. */
  private handedDown(group: PathId): readonly PathId[] {
    const known = this.inherited.get(group);
    if (known !== undefined) return known;
    const above = group === ROOT_ID ? NONE : this.handedDown(parentOf(group));
    const own = this.tree.group(group)?.dependencies ?? NONE;
    const found =
      own.length === 0
        ? above
        : [...new Set([...own.flatMap((id) => this.namedBy(group, id)), ...above])];
    this.inherited.set(group, found);
    return found;
  }

  /** What a group means by one of its dependencies. */
  private namedBy(group: PathId, id: PathId): readonly PathId[] {
    if (this.tree.app(id) === undefined) return this.members(id);
    return isBelow(id, group) ? NONE : [id];
  }

  private members(group: PathId): readonly PathId[] {
    const known = this.membersOf.get(group);
    if (known !== undefined) return known;
    const exists = group === ROOT_ID || this.tree.group(group) !== undefined;
    const found = exists ? appsBelow(this.tree, group).map((app) => app.id) : [];
    this.membersOf.set(group, found);
    return found;
  }
}

function areDone(nodes: readonly Node[], search: number): boolean {
  for (const { metIn, isDone } of nodes) if (metIn !== search || !isDone) return false;
  return true;
}

function meet(node: Node, search: number): void {
  node.metIn = search;
  node.isDone = false;
}

type Dependant = Pick<AppDefinition, 'dependencies' | 'dependencyRules'>;

/** Of what a node names, the longest id that is the dependency or a group around it. */
function nearestNaming({ dependencies }: Dependant, on: PathId): PathId | undefined {
  let nearest: PathId | undefined;
  for (const each of dependencies) {
    if (each !== on && !isBelow(on, each)) continue;
    if (nearest === undefined || each.length > nearest.length) nearest = each;
  }
  return nearest;
}
