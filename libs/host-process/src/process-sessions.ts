import { err, type Result, type TaskId } from '@ekiden/kernel';
import type { HostFailure, SessionOrder, TaskSession, TaskSessions } from '@ekiden/host';
import type { HeldTask } from './held-task.js';
import type { TaskLauncher } from './task-launcher.js';
import { failureOfError } from './world-error.js';

/** Commands beside processes. */
export class ProcessSessions implements TaskSessions {
  private readonly known: (taskId: TaskId) => HeldTask | undefined;
  private readonly launcher: TaskLauncher;

  constructor(known: (taskId: TaskId) => HeldTask | undefined, launcher: TaskLauncher) {
    this.known = known;
    this.launcher = launcher;
  }

  async openSession(
    taskId: TaskId,
    order: SessionOrder,
  ): Promise<Result<TaskSession, HostFailure>> {
    const held = this.known(taskId);
    if (held?.phase !== 'running') {
      return err({ kind: 'unknownTask', message: `Task ${taskId} does not run here` });
    }
    try {
      return await this.launcher.openSession(held, order);
    } catch (error) {
      return err(failureOfError(error, 'Cannot run a command in the task'));
    }
  }
}
