export { CampaignAborted, Leadership, type LeadershipOptions } from './leadership.js';
export type { Leader, Term } from './term.js';
