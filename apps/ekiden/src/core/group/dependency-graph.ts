import type { Steps } from '@ekiden/kernel';
import {
  ROOT_ID,
  ancestorsOf,
  isBelow,
  type AppDefinition,
  type DependencyRule,
  type PathId,
} from '../app/index.js';
import { appsBelow, type Tree } from './tree.js';

const STARTS_PER_STEP = 100;

/** A path of app ids that ends where it began. */
export interface DependencyCycle {
  readonly kind: 'DependencyCycle';
  readonly path: readonly PathId[];
}

/**
 * Which apps an app depends on, by its own `dependencies` (apps, or all apps of a group) and by
 * those of every group around it (marathon-behaviour 1.2). Ids that name nothing have no edge.
 * Answers are kept for the life of this object: make one per tree and decision.
 */
export class DependencyGraph {
  private readonly tree: Tree;
  private readonly edges = new Map<PathId, readonly PathId[]>();
  private readonly levels = new Map<PathId, number>();
  private readonly membersOf = new Map<PathId, readonly PathId[]>();

  constructor(tree: Tree) {
    this.tree = tree;
  }

  dependenciesOf(id: PathId): readonly PathId[] {
    const known = this.edges.get(id);
    if (known !== undefined) return known;
    const app = this.tree.app(id);
    const found = app === undefined ? [] : this.collect(app);
    this.edges.set(id, found);
    return found;
  }

  /**
   * The rule of an edge: that of the nearest node that names the dependency, the app itself before
   * the groups around it; of several entries of one node, that of the longest id.
   */
  ruleOf(id: PathId, on: PathId): DependencyRule | undefined {
    const app = this.tree.app(id);
    const nodes = [app, ...ancestorsOf(id).map((group) => this.tree.group(group))];
    for (const node of nodes) {
      const naming = (node?.dependencies ?? []).filter((each) => each === on || isBelow(on, each));
      if (naming.length === 0) continue;
      const nearest = naming.reduce((a, b) => (b.length > a.length ? b : a));
      return node?.dependencyRules?.[nearest];
    }
    return undefined;
  }

  /**
   * Number of apps on the longest chain of dependencies that starts at `id`: 1 = depends on
   * nothing. Call `findCycle` from the same ids first; a cycle has no level.
   */
  levelOf(id: PathId): number {
    const known = this.levels.get(id);
    if (known !== undefined) return known;
    const open: PathId[] = [id];
    while (open.length > 0) {
      const top = open[open.length - 1] as PathId;
      if (this.levels.has(top)) {
        open.pop();
        continue;
      }
      const unknown = this.dependenciesOf(top).filter((d) => !this.levels.has(d));
      if (unknown.length > 0) {
        open.push(...unknown);
        continue;
      }
      let level = 0;
      for (const d of this.dependenciesOf(top)) level = Math.max(level, this.levels.get(d) ?? 0);
      this.levels.set(top, level + 1);
      open.pop();
    }
    return this.levels.get(id) ?? 1;
  }

  /** A cycle reachable from any of `starts`, or `undefined`. */
  *findCycle(starts: Iterable<PathId>): Steps<DependencyCycle | undefined> {
    const done = new Set<PathId>();
    let count = 0;
    for (const start of starts) {
      count += 1;
      if (count % STARTS_PER_STEP === 0) yield;
      if (done.has(start)) continue;
      const cycle = this.cycleFrom(start, done);
      if (cycle !== undefined) return cycle;
    }
    return undefined;
  }

  private cycleFrom(start: PathId, done: Set<PathId>): DependencyCycle | undefined {
    const path: { readonly id: PathId; next: number }[] = [{ id: start, next: 0 }];
    const onPath = new Set<PathId>([start]);
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const target = done.has(top.id) ? undefined : this.dependenciesOf(top.id)[top.next];
      top.next += 1;
      if (target === undefined) {
        done.add(top.id);
        onPath.delete(top.id);
        path.pop();
      } else if (onPath.has(target)) {
        const from = path.findIndex((frame) => frame.id === target);
        const ids = path.slice(from).map((frame) => frame.id);
        return { kind: 'DependencyCycle', path: [...ids, target] };
      } else if (!done.has(target)) {
        path.push({ id: target, next: 0 });
        onPath.add(target);
      }
    }
    return undefined;
  }

  private collect(app: AppDefinition): readonly PathId[] {
    const found = new Set<PathId>();
    for (const id of app.dependencies) {
      if (this.tree.app(id) !== undefined) found.add(id);
      else for (const member of this.members(id)) found.add(member);
    }
    for (const group of ancestorsOf(app.id)) {
      for (const id of this.tree.group(group)?.dependencies ?? []) {
        for (const member of this.members(id)) found.add(member);
      }
    }
    return [...found];
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
