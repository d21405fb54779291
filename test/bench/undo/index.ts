export { undo } from './undo.js';
