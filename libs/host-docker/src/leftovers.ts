import type { TaskId } from '@ekiden/kernel';

/** An engine that did not answer may carry a request out later than it is asked again. */
const LOOKS = 3;
const NOTED_MAX = 10_000;

/**
 * Tasks whose container may be left on an engine, because a request that made or removed it got no
 * answer. Each is looked for a few times more.
 */
export class Leftovers {
  private readonly looks = new Map<TaskId, number>();

  note(taskId: TaskId): void {
    if (this.looks.size < NOTED_MAX) this.looks.set(taskId, LOOKS);
  }

  /** Those that are among `listed`; the others have one look less. */
  among(listed: ReadonlyMap<TaskId, string>): readonly (readonly [TaskId, string])[] {
    const found: [TaskId, string][] = [];
    for (const [taskId, looks] of [...this.looks]) {
      const containerId = listed.get(taskId);
      if (containerId !== undefined) found.push([taskId, containerId]);
      if (containerId !== undefined || looks <= 1) this.looks.delete(taskId);
      else this.looks.set(taskId, looks - 1);
    }
    return found;
  }
}
