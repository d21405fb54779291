import type { PathId } from '../app/index.js';

/** However many apps have begun to grow before it in a turn, an app may start so many. */
const EACH = 5;

/** Instances of one app that wait for a place at a time; what else it wants is made after them. */
export const WAITING_MAX = 10_000;

/**
 * How many instances one turn creates: no more than its bound in all, but for a few of each app,
 * so that one that grows by thousands keeps no other waiting.
 */
export class StartBudget {
  private readonly most: number;
  private readonly byApp = new Map<PathId, number>();
  private total = 0;

  constructor(most: number) {
    this.most = most;
  }

  /** Takes up to `wanted` for an app; returns how many there were. */
  take(app: PathId, wanted: number): number {
    const before = this.byApp.get(app) ?? 0;
    const left = Math.max(this.most - this.total, Math.min(this.most, EACH) - before, 0);
    const taken = Math.min(wanted, left);
    if (taken === 0) return 0;
    this.byApp.set(app, before + taken);
    this.total += taken;
    return taken;
  }
}
