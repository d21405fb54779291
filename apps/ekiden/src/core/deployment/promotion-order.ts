import { assert, eachInSteps, type Steps } from '@ekiden/kernel';
import type { PathId } from '../app/index.js';
import type { PlannedEdge, PlannedEdges } from './plan.js';
import type { PlannedRollout } from './rollout-progress.js';

export interface PromotionOrder {
  /** The edges given, with those that are not waited for marked (`inCircle`). */
  readonly edges: PlannedEdges;
  /** How many promotions one after the other come before the step of an app. */
  roundOf(app: PathId): number;
  /** Likewise before the promotion of a scope; never less than that of its twins. */
  roundOfScope(scope: PathId): number;
}

/**
 * What comes after which promotion: apps that depend on a twin without being one of that scope, and
 * those with `twin: false`. Where that comes to a circle, because a promotion in turn waits for who
 * waits for it, the edges that close the circle are not waited for: what is live goes on being there
 * for them (ADR 0059). `edges`: of each app that is acted on, what it waits for.
 */
export function* promotionOrder(
  rollouts: readonly PlannedRollout[],
  edges: PlannedEdges,
  apps: Iterable<PathId>,
): Steps<PromotionOrder> {
  if (rollouts.length === 0) return { edges, roundOf: () => 0, roundOfScope: () => 0 };
  const waits = new Waits(rollouts, edges);
  const turns = new Set<Turn>([...apps, ...waits.twins(), ...rollouts]);
  let { rounds, left } = yield* roundsOf(turns, waits);
  // Those of one promotion first: mostly there are no others then.
  for (const through of ['dependencies', 'promotions'] as const) {
    for (const rollout of left.size === 0 ? [] : inOrder(rollouts)) {
      if (left.has(rollout)) waits.openCircles(rollout, { through, left });
      yield;
    }
    if (left.size > 0) ({ rounds, left } = yield* roundsOf(turns, waits));
  }
  assert(left.size === 0, 'every circle of waits goes through a promotion');
  const scopes = new Map(rollouts.map((rollout) => [rollout.scope, rounds.get(rollout) ?? 0]));
  return {
    edges: waits.edges,
    roundOf: (app) => rounds.get(app) ?? 0,
    roundOfScope: (scope) => scopes.get(scope) ?? 0,
  };
}

/** The step of an app, or the promotion of a scope. */
type Turn = PathId | PlannedRollout;

/** What waits for what. */
class Waits {
  /** The edges that are left to wait for, and those that are not, marked. */
  edges: PlannedEdges;
  private readonly scopeOf = new Map<PathId, PlannedRollout>();
  private readonly replacedBy = new Map<PathId, PlannedRollout>();

  constructor(rollouts: readonly PlannedRollout[], edges: PlannedEdges) {
    this.edges = edges;
    for (const rollout of rollouts) {
      for (const id of rollout.twins) this.scopeOf.set(id, rollout);
      for (const id of rollout.replaced) this.replacedBy.set(id, rollout);
    }
  }

  twins(): Iterable<PathId> {
    return this.scopeOf.keys();
  }

  of(turn: Turn): readonly Turn[] {
    if (typeof turn !== 'string') return turn.twins;
    const found: Turn[] = [];
    const replacing = this.replacedBy.get(turn);
    if (replacing !== undefined) found.push(replacing);
    for (const { on, inCircle } of this.edges[turn] ?? []) {
      const promotion = this.promotionOf(on, turn);
      if (inCircle !== true) found.push(promotion ?? on);
      // The new generation is up all the same before who goes by the old one.
      else if (promotion !== undefined) found.push(on);
    }
    return found;
  }

  /**
   * Takes the promotion of a scope out of circles: what it waits for waits no more for it, nor for
   * what is replaced after it. With `dependencies`, of what it waits for by these alone.
   */
  openCircles(
    rollout: PlannedRollout,
    by: {
      readonly through: 'dependencies' | 'promotions';
      /** Who may be in a circle. */
      readonly left: ReadonlySet<Turn>;
    },
  ): void {
    const opened: Record<PathId, readonly PlannedEdge[]> = {};
    const needed = new Set<Turn>(rollout.twins);
    for (const turn of needed) {
      const next = by.through === 'promotions' ? this.of(turn) : this.dependenciesOf(turn);
      for (const each of next) {
        if (by.left.has(each) && !this.isBehind(rollout, each)) needed.add(each);
      }
      if (typeof turn !== 'string') continue;
      const edges = this.edges[turn] ?? [];
      const closing = new Set(edges.filter((edge) => this.closes(rollout, turn, edge)));
      if (closing.size > 0) opened[turn] = edges.map((edge) => marked(edge, closing));
    }
    if (Object.keys(opened).length > 0) this.edges = { ...this.edges, ...opened };
  }

  private dependenciesOf(turn: Turn): readonly Turn[] {
    if (typeof turn !== 'string') return [];
    const edges = this.edges[turn] ?? [];
    return edges.flatMap(({ on, inCircle }) =>
      inCircle === true && this.promotionOf(on, turn) === undefined ? [] : on,
    );
  }

  private isBehind(rollout: PlannedRollout, turn: Turn): boolean {
    return typeof turn === 'string' ? this.replacedBy.get(turn) === rollout : turn === rollout;
  }

  /** Whether an edge of something that a promotion needs leads back to it. */
  private closes(rollout: PlannedRollout, from: PathId, { on }: PlannedEdge): boolean {
    return this.promotionOf(on, from) === rollout || this.replacedBy.get(on) === rollout;
  }

  /** The promotion that somebody waits for who waits for this app. */
  private promotionOf(on: PathId, from: PathId): PlannedRollout | undefined {
    const promoted = this.scopeOf.get(on);
    return promoted === this.scopeOf.get(from) ? undefined : promoted;
  }
}

function marked(edge: PlannedEdge, closing: ReadonlySet<PlannedEdge>): PlannedEdge {
  return closing.has(edge) ? { ...edge, inCircle: true } : edge;
}

/** How many promotions come before each turn; `left`: those in circles, and those behind them. */
function* roundsOf(
  turns: ReadonlySet<Turn>,
  waits: Waits,
): Steps<{ readonly rounds: ReadonlyMap<Turn, number>; readonly left: ReadonlySet<Turn> }> {
  const rounds = new Map<Turn, number>();
  const left = new Set(turns);
  const open = new Map<Turn, number>();
  const behind = new Map<Turn, Turn[]>();
  const ready: Turn[] = [];
  yield* eachInSteps(turns, (turn) => {
    const before = waits.of(turn).filter((each) => turns.has(each));
    if (before.length === 0) ready.push(turn);
    else open.set(turn, before.length);
    for (const each of before) {
      const others = behind.get(each);
      if (others === undefined) behind.set(each, [turn]);
      else others.push(turn);
    }
  });
  // It grows while it is gone through.
  yield* eachInSteps(ready, (turn) => {
    left.delete(turn);
    const round = (rounds.get(turn) ?? 0) + (typeof turn === 'string' ? 0 : 1);
    for (const other of behind.get(turn) ?? []) {
      rounds.set(other, Math.max(rounds.get(other) ?? 0, round));
      const missing = (open.get(other) ?? 0) - 1;
      open.set(other, missing);
      if (missing === 0) ready.push(other);
    }
  });
  return { rounds, left };
}

function inOrder(rollouts: readonly PlannedRollout[]): readonly PlannedRollout[] {
  return [...rollouts].sort((a, b) => (a.scope < b.scope ? -1 : 1));
}
