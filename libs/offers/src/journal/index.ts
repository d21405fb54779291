export { Journal, type Journaled, type Undo } from './journal.js';
export { JournaledMap } from './journaled-map.js';
