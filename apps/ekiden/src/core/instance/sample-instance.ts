import { millis, type AgentId, type TaskId } from '@ekiden/kernel';
import type { PathId } from '../app/index.js';
import type { Condition, Instance, InstanceId, InstanceTask } from './instance.js';

/** For specs: one instance of `/web`, running on `h1`, with the fields given. */
export function sampleInstance(
  name: string,
  fields: Partial<Instance> = {},
  task: Partial<InstanceTask> = {},
): Instance {
  const condition: Condition = fields.condition ?? 'Running';
  const placed = condition !== 'Scheduled';
  return {
    id: `web.instance-${name}` as InstanceId,
    appId: '/web' as PathId,
    appVersion: millis(1),
    configVersion: millis(1),
    goal: 'Running',
    condition,
    incarnation: placed ? 1 : 0,
    ...(placed ? { task: sampleTask(name, task) } : {}),
    createdAt: millis(0),
    since: millis(0),
    ...fields,
  };
}

function sampleTask(name: string, fields: Partial<InstanceTask>): InstanceTask {
  return {
    id: `web.instance-${name}._app.1` as TaskId,
    agentId: 'agent-1' as AgentId,
    host: 'h1',
    hostPorts: [],
    ipAddresses: [],
    state: 'TASK_RUNNING',
    stagedAt: millis(0),
    ...fields,
  };
}
