export { followTasks } from './follow-tasks.js';
export { LogMerge, type LogLine } from './log-merge.js';
