export { silentLog, type StoreLog, type StoreLogLine } from './log.js';
