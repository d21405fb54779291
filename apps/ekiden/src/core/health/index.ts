export { UNKNOWN_CHECK, isKnown, type CheckState } from './check-state.js';
export { judge } from './judge.js';
export { probeTargetOf, readinessTargetOf, type ProbeTarget } from './probe-target.js';
export {
  judgeReadiness,
  readinessStatesOf,
  withReadinessState,
  type ReadinessAnswer,
  type ReadinessState,
} from './readiness.js';
export {
  causeToReplace,
  checkStatesOf,
  longestGrace,
  overallHealth,
  withCheckState,
} from './task-health.js';
