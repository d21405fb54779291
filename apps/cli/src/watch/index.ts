export { Watch, type WatchEnd } from './follow-deployment.js';
