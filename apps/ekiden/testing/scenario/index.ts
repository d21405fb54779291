export { play } from './play.js';
