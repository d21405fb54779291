export {
  isAlive,
  ownFolder,
  readJson,
  recordOf,
  writeWhole,
  type ProcessRecord,
} from './process-record.js';
export { retireRouter } from './retire.js';
