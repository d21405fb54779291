import type { TaskId } from '@ekiden/kernel';
import type { Backend } from '../../../core/traffic/index.js';
import type { BackendTraffic, Draining } from '../../../ports/index.js';

interface Entry {
  open: number;
  requests: number;
  errors: number;
  seconds: number;
}

/** What went, and what is under way, to each task that is routed or draining. */
export class Ledger {
  private readonly entries = new Map<TaskId, Entry>();
  private routed: ReadonlySet<TaskId> = new Set();

  /** The tasks that the table leads to now. */
  route(tasks: ReadonlySet<TaskId>): void {
    this.routed = tasks;
    for (const taskId of tasks) this.entryOf(taskId);
    for (const taskId of this.entries.keys()) this.forgetUnused(taskId);
  }

  begin({ taskId }: Backend): void {
    this.entryOf(taskId).open += 1;
  }

  end({ taskId }: Backend): void {
    this.entryOf(taskId).open -= 1;
    this.forgetUnused(taskId);
  }

  /** A connection that was made, a request that was answered or that nobody waits for any more. */
  count({ taskId }: Backend, { failed = false, seconds = 0 } = {}): void {
    const entry = this.entryOf(taskId);
    entry.requests += 1;
    entry.seconds += seconds;
    if (failed) entry.errors += 1;
  }

  draining(): readonly Draining[] {
    return [...this.entries]
      .filter(([taskId, { open }]) => open > 0 && !this.routed.has(taskId))
      .map(([taskId, { open }]) => ({ taskId, open }));
  }

  traffic(): readonly BackendTraffic[] {
    return [...this.entries].map(([taskId, { requests, errors, seconds }]) => {
      return { taskId, requests, errors, seconds };
    });
  }

  private entryOf(taskId: TaskId): Entry {
    const known = this.entries.get(taskId);
    if (known !== undefined) return known;
    const entry = { open: 0, requests: 0, errors: 0, seconds: 0 };
    this.entries.set(taskId, entry);
    return entry;
  }

  private forgetUnused(taskId: TaskId): void {
    if (this.routed.has(taskId) || this.entries.get(taskId)?.open !== 0) return;
    this.entries.delete(taskId);
  }
}
