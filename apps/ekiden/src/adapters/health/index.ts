export { TaskProber } from './task-prober.js';
