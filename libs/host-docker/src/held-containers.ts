import type { TaskId } from '@ekiden/kernel';
import { taskIdOf, type HeldContainer } from './held-container.js';

/** Tasks remembered after they were forgotten, so that none runs twice. */
const FORGOTTEN_MAX = 10_000;

/** The containers an executor knows of, by task and by container. */
export class HeldContainers {
  private readonly byTask = new Map<TaskId, HeldContainer>();
  private readonly byContainer = new Map<string, HeldContainer>();
  private readonly forgotten = new Set<TaskId>();

  get(taskId: TaskId): HeldContainer | undefined {
    return this.byTask.get(taskId);
  }

  ofContainer(containerId: string): HeldContainer | undefined {
    return this.byContainer.get(containerId);
  }

  all(): readonly HeldContainer[] {
    return [...this.byTask.values()];
  }

  add(held: HeldContainer): void {
    this.byTask.set(taskIdOf(held), held);
    this.byContainer.set(held.containerId, held);
  }

  /** The task may get another container. */
  drop(held: HeldContainer): void {
    this.byTask.delete(taskIdOf(held));
    this.byContainer.delete(held.containerId);
  }

  /** The task has had its life. */
  forget(held: HeldContainer): void {
    this.drop(held);
    this.forgotten.add(taskIdOf(held));
    if (this.forgotten.size <= FORGOTTEN_MAX) return;
    const [oldest] = this.forgotten;
    if (oldest !== undefined) this.forgotten.delete(oldest);
  }

  hasForgotten(taskId: TaskId): boolean {
    return this.forgotten.has(taskId);
  }
}

/** Found on the engine, made by somebody else, and never started. */
export function isLeftover(held: HeldContainer): boolean {
  return held.spec === undefined && held.phase === 'prepared';
}
