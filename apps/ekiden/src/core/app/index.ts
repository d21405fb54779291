export type {
  AppCheck,
  AppDefinition,
  AppVolume,
  Artifact,
  Constraint,
  ConstraintOperator,
  Container,
  EnvValue,
  ExternalVolume,
  HealthCheck,
  HealthCheckProtocol,
  KillSelection,
  LinuxInfo,
  Network,
  PersistentVolume,
  PortDefinition,
  PortMapping,
  Protocol,
  ReadinessCheck,
  ResourceLimits,
  UnreachableStrategy,
  UpgradeStrategy,
  VersionInfo,
} from './app-definition.js';
export type {
  AppCheckWire,
  AppWire,
  ArtifactWire,
  CommandWire,
  ContainerWire,
  DiscoveryPortWire,
  DockerWire,
  EnvValueWire,
  ExecutorResourcesWire,
  ExternalVolumeWire,
  HealthCheckWire,
  IpAddressWire,
  LabelsWire,
  LinuxInfoWire,
  Maybe,
  NetworkWire,
  PersistentVolumeWire,
  PortDefinitionWire,
  PortMappingWire,
  ProtocolWire,
  ReadinessCheckWire,
  ResidencyWire,
  ResourceLimitsWire,
  UnreachableStrategyWire,
  UpgradeStrategyWire,
  VolumeWire,
} from './app-wire.js';
export {
  restartsWhenLost,
  normalizeRules,
  rulesAmong,
  validateRules,
  type DependencyCondition,
  type DependencyRule,
  type DependencyRules,
  type DependencyRulesWire,
} from './dependency-rule.js';
export {
  isPod,
  type PodCheck,
  type PodCommand,
  type PodContainer,
  type PodDefinition,
  type PodEndpoint,
  type PodHealthCheck,
  type PodImage,
  type PodMount,
  type PodPart,
  type PodProbe,
  type PodResources,
  type PodVolume,
} from './pod-part.js';
export { endpointsOf } from './pod-ports.js';
export { podNeedsEngine, podObstacle } from './pod-runs.js';
export { DEFAULT_KILL_GRACE_SECONDS } from './app-definition.js';
export { APP_DEFAULTS } from './app-defaults.js';
export {
  declaredPorts,
  isResident,
  isMesosProbe,
  probedPortIndex,
  usesHostNetwork,
  type DeclaredPort,
} from './app-facts.js';
export {
  DEFAULT_APP_SETTINGS,
  FEATURES,
  type AppContext,
  type AppSettings,
  type Feature,
} from './app-settings.js';
export { isEqual, isScaleOnly, isUpgrade } from './compare-apps.js';
export { createApp } from './create-app.js';
export { deploymentGroupOf } from './deployment-group.js';
export { type EffectiveResources } from './effective-resources.js';
export { hostPortDemand, type HostPortDemand } from './host-ports.js';
export { type ModernAppWire } from './modernize-app.js';
export { wholePattern } from './pattern.js';
export type { BrokenFields } from './rule.js';
export { type RoleChoice } from './role-settings.js';
export { DEFAULT_ROLLOUT, keptRollout, normalizeRollout } from './normalize-rollout.js';
export type { AbortOn, CanaryStep, Hook, HookMoment, Rollout, RolloutStrategy } from './rollout.js';
export type { HookWire, RolloutWire } from './rollout-wire.js';
export { fixedHostPorts, twinObstacle } from './twin-obstacle.js';
export { hasTwoGenerations, validateGroupRollout, validateRolloutOf } from './validate-rollout.js';
export {
  assignPortsInSteps,
  servicePortsOf,
  type ChangedApp,
  type PortRange,
  type PortsExhausted,
} from './service-ports.js';
export { stampVersion } from './stamp-version.js';
export { updateApp } from './update-app.js';
export { ownedVolumes } from './validate-external-volumes.js';
export { validateId, validateReferences } from './validate-id.js';
export {
  ID_LENGTH_MAX,
  ROOT_ID,
  ancestorsOf,
  isBelow,
  parentOf,
  perGroup,
  resolveId,
  safePath,
  topGroupOf,
  type PathId,
} from './path-id.js';

// What pods have in common with apps: read and judged the same way (core/pod).
export { CONSTRAINT_OPERATORS } from './app-definition.js';
export { parseConstraint } from './constraint.js';
export { given, givenEntries } from './given.js';
export { normalizeArtifact, readableLimits } from './normalize-app.js';
export { normalizeCommand } from './normalize-checks.js';
export { normalizeLinuxInfo, normalizePersistent } from './normalize-container.js';
export { normalizeNetworks } from './normalize-networks.js';
export {
  MUST_NOT_BE_EMPTY,
  areUnique,
  expected,
  featureMissing,
  mustMatch,
  unless,
} from './phrases.js';
export { roleChoice } from './role-settings.js';
export { judgeBy, type Rule } from './rule.js';
export { validateLimits } from './validate-app.js';
export { validateLinuxInfo, validatePullConfig } from './validate-container.js';
export { validateUnreachable } from './validate-model.js';
export { validateNetworkNames, validateNetworks } from './validate-networks.js';
export { validateRole, validateRoleChange } from './validate-role.js';
export { validateReferencesTo, validateSources } from './validate-secrets.js';
export { inFractions, mustBeZero } from './validate-upgrade.js';
export { validatePersistent } from './validate-volumes.js';
export { validateLimitTexts } from './validate-wire.js';
export { isUri } from './uri.js';
