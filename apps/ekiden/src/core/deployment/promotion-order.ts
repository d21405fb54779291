import { eachInSteps, type Steps } from '@ekiden/kernel';
import type { PathId } from '../app/index.js';
import type { DependencyGraph } from '../group/index.js';
import type { PlannedRollout } from './rollout-progress.js';

/** How many rounds are followed where scopes wait for each other; then the order is cut there. */
const ROUNDS_MAX = 50;

export interface PromotionOrder {
  /** How many promotions one after the other come before the step of an app. */
  roundOf(app: PathId): number;
  /** Likewise before the promotion of a scope; never less than that of its twins. */
  roundOfScope(scope: PathId): number;
}

/**
 * What comes after which promotion: apps that depend on a twin without being one of that scope, and
 * those with `twin: false`. An app that twins depend on comes before them all the same, although it
 * depends on others of the same scope itself.
 */
export function* promotionOrder(
  rollouts: readonly PlannedRollout[],
  graph: DependencyGraph,
  changed: readonly { readonly id: PathId }[],
): Steps<PromotionOrder> {
  if (rollouts.length === 0) return { roundOf: () => 0, roundOfScope: () => 0 };
  const scopes = rollouts.map((rollout) => new ScopeFacts(rollout, graph));
  const scopeOf = new Map<PathId, ScopeFacts>();
  for (const scope of scopes) for (const id of scope.twins) scopeOf.set(id, scope);
  const replacedBy = new Map<PathId, ScopeFacts>();
  for (const scope of scopes) for (const id of scope.replaced) replacedBy.set(id, scope);
  const nodes = yield* inOrder(graph, [...changed.map(({ id }) => id), ...scopeOf.keys()]);
  const rounds = new Map<PathId, number>();

  const roundFor = (id: PathId): number => {
    const replacing = replacedBy.get(id);
    let round = replacing === undefined ? 0 : replacing.round + 1;
    for (const dependency of graph.dependenciesOf(id)) {
      if (replacedBy.get(dependency)?.comesBefore(id) === true) continue;
      const promoted = scopeOf.get(dependency);
      const after =
        promoted === undefined || promoted.comesBefore(id)
          ? (rounds.get(dependency) ?? 0)
          : promoted.round + 1;
      round = Math.max(round, after);
    }
    return round;
  };

  for (let turn = 0, moved = true; moved && turn < ROUNDS_MAX; turn += 1) {
    moved = false;
    yield* eachInSteps(nodes, (id) => {
      const round = roundFor(id);
      if (round === (rounds.get(id) ?? 0)) return;
      rounds.set(id, round);
      const scope = scopeOf.get(id);
      if (scope !== undefined) scope.round = Math.max(scope.round, round);
      moved = true;
    });
  }
  const roundOfScope = new Map(scopes.map(({ scope, round }) => [scope, round]));
  return {
    roundOf: (id) => rounds.get(id) ?? 0,
    roundOfScope: (scope) => roundOfScope.get(scope) ?? 0,
  };
}

class ScopeFacts {
  readonly scope: PathId;
  readonly twins: ReadonlySet<PathId>;
  readonly replaced: readonly PathId[];
  round = 0;
  /** What twins depend on, however far away. */
  private readonly needed: ReadonlySet<PathId>;

  constructor({ scope, twins, replaced }: PlannedRollout, graph: DependencyGraph) {
    this.scope = scope;
    this.twins = new Set(twins);
    this.replaced = replaced;
    // Of a single one nothing in between can be a dependant, but for what is replaced after it.
    const isPlain = twins.length <= 1 && replaced.length === 0;
    this.needed = isPlain ? this.twins : closure(graph, twins);
  }

  /** Whether the promotion needs this app, so that it cannot come after it. */
  comesBefore(id: PathId): boolean {
    return this.twins.has(id) || this.needed.has(id);
  }
}

function closure(graph: DependencyGraph, ids: Iterable<PathId>): Set<PathId> {
  const found = new Set<PathId>(ids);
  for (const id of found) for (const next of graph.dependenciesOf(id)) found.add(next);
  return found;
}

/** These and all they depend on, dependencies first. */
function* inOrder(graph: DependencyGraph, ids: Iterable<PathId>): Steps<readonly PathId[]> {
  const found = closure(graph, ids);
  const levels: [PathId, number][] = [];
  yield* eachInSteps(found, (id) => void levels.push([id, graph.levelOf(id)]));
  return levels.sort(([, a], [, b]) => a - b).map(([id]) => id);
}
