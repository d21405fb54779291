export { allocator } from './allocator.js';
