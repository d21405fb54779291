export { LocalVolumes } from './local-volumes.js';
export {
  detectResources,
  resourcesOf,
  type DetectedResources,
  type Machine,
} from './detect-resources.js';
export type { HostLog } from './host-log.js';
export { sandboxOf } from './layout.js';
export { ProcessExecutor, type ProcessExecutorOptions } from './process-executor.js';
export type { OutputLimits } from './rotate-file.js';
export type { Isolation } from './task-cgroups.js';
