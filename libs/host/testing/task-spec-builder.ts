import { seconds, type TaskId } from '@ekiden/kernel';
import type { TaskSpec } from '@ekiden/host';

/** A small runnable task; tests name only what they are about. */
export function taskSpec(taskId: string, changes: Partial<TaskSpec> = {}): TaskSpec {
  return {
    taskId: taskId as TaskId,
    epoch: 1,
    executor: 'process',
    command: { kind: 'shell', value: 'exit 0' },
    env: {},
    fetch: [],
    ports: [],
    resources: { cpus: 100, mem: 32_000, disk: 0 },
    killGracePeriod: seconds(3),
    ...changes,
  };
}
