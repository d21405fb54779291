export { cancel } from './cancel-deployment.js';
export { changeRoot } from './change-root.js';
export { enforceRole } from './enforce-role.js';
export { killTasks } from './kill-tasks.js';
export { resetDelay } from './reset-delay.js';
