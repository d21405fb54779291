export { hashOf } from './agent-hash.js';
export { AgentBookkeeping } from './agents.js';
export { Books, type BooksOptions } from './books.js';
export { freeChunk, isOpen, quantitiesOfChunk, summedUp } from './chunks.js';
export {
  type AgentEntry,
  type AgentTraits,
  type Chunk,
  type FrameworkEntry,
  type Held,
  type InverseStanding,
  type RoleEntry,
  type Subscription,
} from './entries.js';
export { heldList } from './holdings.js';
export type { RoleNode } from './role-nodes.js';
export { reduce } from './reduce.js';
