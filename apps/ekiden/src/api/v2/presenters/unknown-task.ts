import { formatTimestamp } from '@ekiden/kernel';
import type { UnknownTask } from '../../../core/turn/index.js';
import type { Shown, unknownTask } from '../../schemas/index.js';

export type ShownUnknownTask = Shown<typeof unknownTask>;

export function presentUnknownTask(task: UnknownTask): ShownUnknownTask {
  const { taskId, appId, agentId, host, epoch, startedAt, hostPorts, seenAt, removing } = task;
  return {
    id: taskId,
    appId,
    agentId,
    host,
    epoch,
    ...(startedAt === undefined ? {} : { startedAt: formatTimestamp(startedAt) }),
    ...(hostPorts === undefined ? {} : { hostPorts }),
    seenAt: formatTimestamp(seenAt),
    state: removing === true ? 'removing' : 'unknown',
  };
}
