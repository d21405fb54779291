export { rolling } from './rolling.js';
