export { chanceFor, pick, pickWeighted } from './chances.js';
export { WorldBroken, breaches, type Breach, type Checker, type WorldStory } from './checker.js';
export { FaultPlan, type FaultRange } from './fault-plan.js';
export { expectGolden, type GoldenFiles } from './golden.js';
export { testRun, type TestRun } from './test-run.js';
export { Trace } from './trace.js';
export { VirtualScheduler } from './virtual-scheduler.js';
