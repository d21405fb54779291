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

/** A path of app ids that ends where it began. */
export interface DependencyCycle {
  readonly kind: 'DependencyCycle';
  readonly path: readonly PathId[];
}

/** What is known of an app so far. */
interface Node {
  readonly id: PathId;
  readonly dependencies: readonly PathId[];
  /** The nodes of the dependencies, once somebody went there. */
  next: readonly Node[] | undefined;
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
    const start = this.node(id);
    if (start.level > 0) return start.level;
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
    return start.level;
  }

  /** A cycle reachable from any of `starts`, or `undefined`. */
  *findCycle(starts: readonly PathId[]): Steps<DependencyCycle | undefined> {
    this.searches += 1;
    let cycle: DependencyCycle | undefined;
    const look = (start: PathId): void => {
      cycle ??= this.cycleFrom(this.node(start), this.searches);
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
    const known = this.nodes.get(id);
    if (known !== undefined) return known;
    const app = this.tree.app(id);
    const dependencies = app === undefined ? NONE : this.collect(app);
    const node: Node = {
      id,
      dependencies,
      next: undefined,
      level: 0,
      isOpened: false,
      metIn: 0,
      isDone: false,
    };
    this.nodes.set(id, node);
    return node;
  }

  private next(node: Node): readonly Node[] {
    node.next ??= node.dependencies.length === 0 ? NOWHERE : this.nodesOf(node.dependencies);
    return node.next;
  }

  private nodesOf(ids: readonly PathId[]): readonly Node[] {
    const [only] = ids;
    if (ids.length === 1 && only !== undefined) return [this.node(only)];
    return ids.map((id) => this.node(id));
  }

  private collect(app: AppDefinition): readonly PathId[] {
    const { dependencies } = app;
    const inherited = this.inheritedBy(app.id);
    if (dependencies.length === 0) return inherited;
    // Most name one app and no more.
    const [first] = dependencies;
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
