export { Journal, type Journaled, type Undo } from './journal.js';
export { JournaledDeadlines } from './journaled-deadlines.js';
export { JournaledMap } from './journaled-map.js';
