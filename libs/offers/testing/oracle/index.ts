export { amounts, bag } from './bag.js';
export { playBoth, shorten, type Divergence } from './history.js';
export { oracleAllocator } from './oracle-allocator.js';
export type { AgentOrder, OracleOptions } from './settings.js';
export {
  AllocatorStage,
  offersText,
  quotaEvent,
  who,
  type AgentSaid,
  type FrameworkSaid,
} from './stage.js';
export { SteadyChance } from './steady-chance.js';
export { commandsOf, type Command, type HistoryOptions } from './steps.js';
export { playOne, type Moment } from './watch.js';
export type { World } from './world.js';
