import { allocatorContract } from '../../testing/allocator-contract.js';
import { oracleAllocator } from '../../testing/oracle/index.js';
import { drfAllocator } from './drf-allocator.js';

allocatorContract('the weighted hierarchical DRF allocator', drfAllocator);
allocatorContract('the naive oracle', oracleAllocator);
