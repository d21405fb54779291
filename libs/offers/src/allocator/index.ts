export type {
  AgentBooks,
  AgentFacts,
  AllocateOptions,
  Allocation,
  Allocator,
  AllocatorEvent,
  AllocatorTurn,
  ExplainQuery,
  Explanation,
} from './allocator.js';
export { drfAllocator, type DrfOptions } from './drf-allocator.js';
export { filterDuration } from './filter-duration.js';
