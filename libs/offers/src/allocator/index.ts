export type {
  AgentBooks,
  AgentFacts,
  AllocateOptions,
  Allocation,
  AllocationRun,
  Allocator,
  AllocatorEvent,
  AllocatorTurn,
  ExplainQuery,
  FrameworkFacts,
  Holding,
  InverseAllocation,
  Quota,
  RoleBooks,
  Room,
  Unavailability,
} from './allocator.js';
export { describeExplanation } from './describe-explanation.js';
export { drfAllocator, type DrfOptions } from './drf-allocator.js';
export type { Explanation } from './explanation.js';
export { filterDuration } from './filter-duration.js';
export type {
  PoolSnapshot,
  PoolTransaction,
  SnapshotAgent,
  TransactionConflict,
  TransactionOutcome,
} from './pool-snapshot.js';
export { chargeable, offersToRescind } from './rescind-for-quota.js';
export type { SorterKind } from './shares/index.js';
export { sortClients, type SortQuery } from './sort-clients.js';
