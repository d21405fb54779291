import type { MemberEnd, TaskId, TaskState } from '@ekiden/kernel';

/** How the task of a container of a pod ended. */
export interface ContainerEnd {
  readonly state: TaskState;
  readonly message: string;
  readonly exitCode?: number;
}

/** By task id; containers that were stopped with the others were killed (marathon-api 5.15). */
export function containerEnds(
  members: readonly MemberEnd[] | undefined,
): ReadonlyMap<TaskId, ContainerEnd> {
  return new Map(
    (members ?? []).map(({ taskId, exitCode, message, stopped }) => {
      const own = exitCode === 0 ? 'TASK_FINISHED' : 'TASK_FAILED';
      const state: TaskState = stopped ? 'TASK_KILLED' : own;
      return [taskId, { state, message, ...(exitCode === undefined ? {} : { exitCode }) }];
    }),
  );
}
