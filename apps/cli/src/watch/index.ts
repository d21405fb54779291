export { Watch, type WatchEnd } from './follow-deployment.js';
export { progressLines, type Member, type Progress } from './progress.js';
