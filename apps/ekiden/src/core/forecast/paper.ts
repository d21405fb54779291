import type { AgentId } from '@ekiden/kernel';
import type { AppDefinition } from '../app/index.js';
import type { Instance } from '../instance/index.js';
import type { AgentPool, PaperDemand, Seat, Seated } from '../matching/index.js';
import type { TurnContext } from '../turn/index.js';

/** Agents that are tried before all others are; each set of them in turn. */
const WINDOW = 64;

/** Instances that so few agents may do for. */
const FEW = 16;

/** The agents while a plan is played through, and how much work that has been. */
export class Paper {
  readonly context: TurnContext;
  readonly pool: AgentPool;
  /** Agents and instances looked at. */
  work = 0;
  private readonly ids: readonly AgentId[];
  private next = 0;

  constructor(context: TurnContext, pool: AgentPool) {
    this.context = context;
    this.pool = pool;
    this.ids = pool.ids;
  }

  /** Finds places for some instances of one app, beside those that have one on paper. */
  place(app: AppDefinition, count: number, beside: readonly AgentId[] = []): Seated {
    const isEasy = app.constraints.length === 0 && count <= FEW && this.ids.length > WINDOW;
    if (isEasy) {
      const window = this.window();
      this.work += window.length + count;
      const tried = this.pool.place([{ app, count, beside }], window);
      if (tried.seats.length === count) return tried;
      for (const seat of tried.seats) this.leave(seat);
    }
    return this.placeAll([{ app, count, beside }]);
  }

  placeAll(demands: readonly PaperDemand[]): Seated {
    this.work += this.ids.length + demands.reduce((sum, { count }) => sum + count, 0);
    const placed = this.pool.place(demands);
    this.work += placed.refusals.length;
    return placed;
  }

  leave({ app, agentId, resources }: Seat): void {
    this.pool.give(agentId, app.role, resources);
  }

  /** What a task has taken is free again. */
  release({ task, appId }: Instance): void {
    const { master, draft } = this.context;
    const row = task && master.task(task.id);
    if (row === undefined) return;
    const role = draft.apps.get(appId)?.role ?? '*';
    this.pool.give(row.agentId, role, row.resources);
  }

  private window(): readonly AgentId[] {
    const from = this.next;
    this.next = (from + WINDOW) % this.ids.length;
    const window = this.ids.slice(from, from + WINDOW);
    return [...window, ...this.ids.slice(0, Math.max(0, WINDOW - window.length))];
  }
}
