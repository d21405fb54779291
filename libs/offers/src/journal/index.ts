export { Journal, type Journaled } from './journal.js';
export { JournaledDeadlines } from './journaled-deadlines.js';
export { JournaledMap } from './journaled-map.js';
