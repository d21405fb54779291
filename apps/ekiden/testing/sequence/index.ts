export { STORIES } from './stories.js';
