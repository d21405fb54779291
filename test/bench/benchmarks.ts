import { allocator } from './allocator/index.js';
import { api } from './api/index.js';
import type { Benchmark } from './benchmark.js';
import { boot } from './boot/index.js';
import { durable } from './durable/index.js';
import { group } from './group/index.js';
import { matching } from './matching/index.js';
import { planning } from './plan/index.js';
import { health } from './health/index.js';
import { rolling } from './rolling/index.js';
import { router } from './router/index.js';
import { start } from './start/index.js';
import { undo } from './undo/index.js';

/** All there are, in the order they are listed. */
export const BENCHMARKS: readonly Benchmark[] = [
  allocator,
  matching,
  start,
  rolling,
  undo,
  boot,
  durable,
  group,
  planning,
  api,
  health,
  router,
];
