export { bringsVersion } from './brings-version.js';
export { withFindings, type Finding, type FindingRule } from './finding.js';
export type { Forecast, PlacedOn, Placement } from './forecast.js';
export {
  claimOf,
  generationBeside,
  isPromoted,
  retiringIn,
  twinsOf,
  type Claim,
} from './claims.js';
export type { Deployment, DeploymentStatus, QueuedDeployment } from './deployment.js';
export { lintPlan, type PlanFault } from './lint-plan.js';
export { digestOf } from './plan-digest.js';
export { planDeployment, type PlanInput } from './plan-deployment.js';
export {
  concernsPod,
  replaces,
  verbOf,
  type Action,
  type ActionKind,
  type ActionVerb,
  type AppChange,
  type DeploymentPlan,
  type GroupChange,
  type PlannedEdge,
  type PlannedEdges,
  type Step,
} from './plan.js';
export { rolloutBy, rolloutInForce, type RolloutsInForce } from './rollout-in-force.js';
export { planRollouts, type TwinRefusal } from './plan-rollouts.js';
export { hasStopHooks, isAwaited, isOfRetirement, plannedHook } from './retirement.js';
export {
  ROLLOUT_PHASES,
  isRetired,
  isRetiring,
  rolloutsUnderWay,
  standsSince,
  type InPlaceRollout,
  type PlannedRollout,
  type Reserved,
  type RolloutPhase,
  type RolloutProgress,
  type Twin,
} from './rollout-progress.js';
export {
  errorPercentOf,
  figuresAt,
  judgeTraffic,
  latencyMsOf,
  newRecord,
  noteReading,
  trafficKey,
  type Counts,
  type Judgement,
  type TaskCounts,
  type TrafficRecord,
} from './judging/index.js';
export { isJudged, watchedOf, type Watched } from './watched.js';
export { changeIn } from './change-in.js';
export { weightOfNew } from './strategies/canary.js';
export { lookAtRollout, sizeOfNew } from './strategies/two-generations.js';
export type {
  HookState,
  RolloutMove,
  RolloutTargets,
  RolloutView,
  RolloutWait,
  TwinView,
} from './strategies/rollout-view.js';
export {
  residentTargets,
  type ResidentTargets,
  type ResidentView,
} from './strategies/residents.js';
export {
  dependantsOf,
  firstLevelOf,
  gateOf,
  goesWhenAsked,
  impatientOf,
  suspendedIn,
  type EdgeWait,
  type Gate,
  type GateView,
} from './dependency-gate.js';
export { stepChanging } from './step-changing.js';
export {
  maximumCapacity,
  minimumHealthy,
  rolling,
  startsBySums,
  type RollingTargets,
  type RollingView,
} from './strategies/rolling.js';
export { freeSlot, serial, type SerialTargets, type SerialView } from './strategies/serial.js';
export { hookFacts, hookVariables, previewVariables, type HookFacts } from './hook-facts.js';
export {
  hookOfRun,
  hooksOf,
  needsHands,
  withRun,
  type HookPoint,
  type HookRun,
  type HookVerdict,
} from './hook-run.js';
