import type { PathId } from '../app/index.js';
import type { ServiceState } from './state.js';

/** However many apps have begun to grow before it in a turn, an app may start so many. */
const FEW = 5;

/** Instances of one app that wait for a place at a time; what else it wants is made after them. */
export const WAITING_MAX = 10_000;

/** What a turn finds of growth that earlier turns have begun. */
export interface Growth {
  /** Instances that wait and that places are being found for, by app. */
  readonly ahead: ReadonlyMap<PathId, number>;
  /** How many apps wanted more than the turn before could make. */
  readonly apps: number;
}

/**
 * How many instances one turn creates: no more than its bound in all, but for a few of each app,
 * so that one that grows by thousands keeps no other waiting.
 *
 * Those that were made before and will have places in this turn count as if they were made in it:
 * what is placed in the turn that makes it is stored once, and no pile of them is gone through turn
 * by turn (ADR 0028). Those that find no places are in nobody's way.
 */
export class StartBudget {
  private readonly most: number;
  private readonly findGrowth: () => Growth;
  private readonly byApp = new Map<PathId, number>();
  private readonly denied = new Set<PathId>();
  private total = 0;
  private growth: Growth | undefined;
  private ahead = 0;
  /** What one app may take of the bound, so that many that grow do so side by side. */
  private share = 0;

  /** `growth` is asked when the first instance is wanted. */
  constructor(most: number, growth: () => Growth = () => NO_GROWTH) {
    this.most = most;
    this.findGrowth = growth;
  }

  /** How many apps did not get all they wanted. */
  get short(): number {
    return this.denied.size;
  }

  /** Takes up to `wanted` for an app; returns how many there were. */
  take(app: PathId, wanted: number): number {
    if (wanted <= 0) return 0;
    const growth = this.growth ?? this.begin();
    const before = this.byApp.get(app) ?? 0;
    const open = Math.min(this.most - this.total - this.ahead, this.share - before);
    const few = growth.ahead.has(app) ? 0 : Math.min(this.share, FEW) - before;
    const taken = Math.min(wanted, Math.max(open, few, 0));
    if (taken < wanted) this.denied.add(app);
    if (taken === 0) return 0;
    this.byApp.set(app, before + taken);
    this.total += taken;
    return taken;
  }

  private begin(): Growth {
    const growth = this.findGrowth();
    for (const count of growth.ahead.values()) this.ahead += count;
    this.share = Math.ceil(this.most / Math.max(1, growth.apps));
    this.growth = growth;
    return growth;
  }
}

const NO_GROWTH: Growth = { ahead: new Map(), apps: 0 };

/**
 * Waiting instances count of those apps alone that the turn before has given places: for the others
 * there may be none.
 */
export function growthIn({ rows, memory }: Pick<ServiceState, 'rows' | 'memory'>): Growth {
  const ahead = new Map<PathId, number>();
  for (const app of memory.growth.served) {
    const waiting = rows.instances.count('scheduled', app);
    if (waiting > 0) ahead.set(app, waiting);
  }
  return { ahead, apps: memory.growth.short };
}
