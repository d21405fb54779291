export {
  isAlive,
  ownFolder,
  readJson,
  recordOf,
  writeWhole,
  type ProcessRecord,
} from './process-record.js';
export { scopeMemory } from './scope-addresses.js';
export { retireRouter } from './retire.js';
