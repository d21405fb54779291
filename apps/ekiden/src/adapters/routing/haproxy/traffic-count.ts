import type { TaskId } from '@ekiden/kernel';
import type { BackendTraffic } from '../../../ports/index.js';
import { taskOfServer } from './names.js';
import type { ServerRow } from './statistics.js';

/** What is read of a worker's servers. */
export interface Reading {
  readonly pid: number;
  readonly rows: readonly ServerRow[];
}

/**
 * Adds up what went to each task over all workers and all its ports: their own counters begin
 * anew with each reload, these only grow. Times are averages of HAProxy's, so approximate.
 */
export class TrafficCount {
  private seen = new Map<string, Pick<ServerRow, 'total' | 'failed'>>();
  private readonly totals = new Map<TaskId, BackendTraffic>();

  take(readings: readonly Reading[]): void {
    const seen = new Map<string, Pick<ServerRow, 'total' | 'failed'>>();
    for (const { pid, rows } of readings) {
      for (const row of rows) {
        const key = `${pid} ${row.backend}/${row.server}`;
        this.add(row, this.seen.get(key));
        seen.set(key, row);
      }
    }
    this.seen = seen;
  }

  /** Of these tasks; others are forgotten. */
  of(tasks: ReadonlySet<TaskId>): readonly BackendTraffic[] {
    for (const taskId of this.totals.keys()) if (!tasks.has(taskId)) this.totals.delete(taskId);
    return [...this.totals.values()].sort((a, b) => (a.taskId < b.taskId ? -1 : 1));
  }

  private add(row: ServerRow, before: Pick<ServerRow, 'total' | 'failed'> | undefined): void {
    const taskId = taskOfServer(row.server);
    const sum = this.totals.get(taskId) ?? { taskId, requests: 0, errors: 0, seconds: 0 };
    const requests = grown(row.total, before?.total);
    this.totals.set(taskId, {
      taskId,
      requests: sum.requests + requests,
      errors: sum.errors + grown(row.failed, before?.failed),
      seconds: sum.seconds + (requests * row.responseMs) / 1_000,
    });
  }
}

/** A counter below what it was has begun anew. */
function grown(now: number, before = 0): number {
  return now >= before ? now - before : now;
}
