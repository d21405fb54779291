export { AllocationRun, inverseAllocations } from './allocation-run.js';
export type { RunRules } from './context.js';
export { explain } from './explain.js';
export { commit, snapshot } from './pool-view.js';
export { roleReport } from './report.js';
export { couldRun } from './room.js';
