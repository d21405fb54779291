export { cancel } from './cancel-deployment.js';
export { changeRoot } from './change-root.js';
export { enforceRole } from './enforce-role.js';
export { killTasks } from './kill-tasks.js';
export { nearest } from './nearest-id.js';
export { resetDelay } from './reset-delay.js';
export { setRole, tryRole } from './set-role.js';
export { missingAgent, tendAgent } from './tend-agent.js';
