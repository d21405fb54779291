export { matching } from './matching.js';
