import type { TaskId, TaskStatus } from '@ekiden/kernel';

/** The terminal statuses of the latest `max` forgotten tasks. */
export class TaskHistory {
  private readonly max: number;
  private readonly statuses = new Map<TaskId, TaskStatus>();

  constructor(max: number) {
    this.max = max;
  }

  get(taskId: TaskId): TaskStatus | undefined {
    return this.statuses.get(taskId);
  }

  has(taskId: TaskId): boolean {
    return this.statuses.has(taskId);
  }

  add(status: TaskStatus): void {
    this.statuses.delete(status.taskId);
    this.statuses.set(status.taskId, status);
    if (this.statuses.size <= this.max) return;
    for (const oldest of this.statuses.keys()) {
      this.statuses.delete(oldest);
      return;
    }
  }
}
