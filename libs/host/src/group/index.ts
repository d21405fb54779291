export { TaskGroups } from './task-groups.js';
