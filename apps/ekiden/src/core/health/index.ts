export { UNKNOWN_CHECK, isKnown, type CheckState } from './check-state.js';
export { judge } from './judge.js';
export { probeTargetOf, type ProbeTarget } from './probe-target.js';
export {
  causeToReplace,
  checkStatesOf,
  longestGrace,
  overallHealth,
  withCheckState,
} from './task-health.js';
