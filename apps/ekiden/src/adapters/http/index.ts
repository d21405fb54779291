export { readStart } from './read-start.js';
