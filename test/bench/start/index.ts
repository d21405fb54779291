export { EkidenContainers } from './ekiden-containers.js';
export { start } from './start.js';
