export { LoadProcess } from './load-process.js';
export type { EventsResult, LoadResult } from './messages.js';
