export { type TaskLaunch } from './task-environment.js';
export type { LaunchFacts } from './launch-facts.js';
export { taskSpecFor } from './task-spec-for.js';
export { hookAppId, hookDefinition } from './hook-definition.js';
