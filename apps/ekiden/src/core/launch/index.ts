export { type TaskLaunch } from './task-environment.js';
export { taskSpecFor, type LaunchFacts } from './task-spec-for.js';
