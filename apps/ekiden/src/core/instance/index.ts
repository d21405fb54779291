export type {
  Condition,
  Goal,
  Instance,
  InstanceId,
  InstanceTask,
  KillOrder,
  KillReason,
} from './instance.js';
export type { LaunchDelay } from './launch-delay.js';
