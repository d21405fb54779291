import type { Millis, TaskId } from '@ekiden/kernel';
import type { PathId } from '../app/index.js';

/** A task that is to be killed as soon as nothing is under way to it any more (ADR 0046). */
export interface Drain {
  readonly taskId: TaskId;
  readonly appId: PathId;
  /** Number of the committed turn from which on no route leads to it. */
  readonly turn: number;
  /** When it left the routes. */
  readonly since: Millis;
  /** It is killed then at the latest, whatever the routers say. */
  readonly until: Millis;
}

/** What the routers have said last; each leader finds it out anew. */
export interface ConfirmedRoutes {
  /** Newest committed turn whose routes all of them follow; -1 = none in this term. */
  readonly generation: number;
  /** Of the tasks to be killed, those to which something was still under way then. */
  readonly draining: ReadonlySet<TaskId>;
}

export const NOTHING_CONFIRMED: ConfirmedRoutes = { generation: -1, draining: new Set() };

/** `leaving`: some router may still lead to it. `open`: requests or connections are under way. */
export type DrainStage = 'leaving' | 'open' | 'drained';

export function drainStage(
  { taskId, turn }: Pick<Drain, 'taskId' | 'turn'>,
  { generation, draining }: ConfirmedRoutes,
): DrainStage {
  if (generation < turn) return 'leaving';
  return draining.has(taskId) ? 'open' : 'drained';
}
