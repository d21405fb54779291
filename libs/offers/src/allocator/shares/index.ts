export {
  add,
  coverAny,
  equalAmounts,
  excess,
  isNothing,
  NO_AMOUNTS,
  ScalarNames,
  subtract,
  type Amounts,
  type ReadonlyAmounts,
} from './amounts.js';
export { Pool, type Share } from './share.js';
export type { ShareNode } from './share-node.js';
export { ShareTree, type SorterKind } from './share-tree.js';
