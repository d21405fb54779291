import {
  APP_DEFAULTS,
  given,
  givenEntries,
  normalizeLinuxInfo,
  normalizeNetworks,
  normalizePersistent,
  normalizeRollout,
  parseConstraint,
  roleChoice,
  type AppContext,
  type AppDefinition,
  type Network,
  type PodDefinition,
  type PodVolume,
} from '../app/index.js';
import { normalizeContainer } from './normalize-container.js';
import { checksOf } from './pod-checks.js';
import { POD_DEFAULTS } from './pod-defaults.js';
import { totalOf } from './pod-total.js';
import type { PodConstraintWire, PodVolumeWire, PodWire } from './pod-wire.js';

/**
 * The canonical form of a complete document (marathon-api 5.14, 6.4): gaps filled from
 * `POD_DEFAULTS`. Version and version info are `ctx.now` until `stampVersion` decides. Constraints
 * and limits that cannot be read are left out: validation of the document names them.
 */
export function normalizePod(wire: PodWire, ctx: AppContext): PodDefinition {
  const networks = networksOf(wire, ctx);
  const pod = partOf(wire, networks);
  const executorResources = {
    ...POD_DEFAULTS.pod.executorResources,
    ...given(wire.executorResources ?? {}),
  };
  const shared: Omit<AppDefinition, keyof Scheduling> = given({
    id: ctx.id,
    user: wire.user,
    env: givenEntries(wire.environment),
    labels: givenEntries(wire.labels),
    instances: wire.scaling?.instances ?? POD_DEFAULTS.scaling.instances,
    ...totalOf(pod.containers, executorResources),
    executor: APP_DEFAULTS.app.executor,
    executorResources,
    role: wire.role ?? roleChoice(ctx).fallback,
    fetch: APP_DEFAULTS.app.fetch,
    networks,
    requirePorts: APP_DEFAULTS.app.requirePorts,
    healthChecks: checksOf(pod),
    readinessChecks: APP_DEFAULTS.app.readinessChecks,
    dependencies: APP_DEFAULTS.app.dependencies,
    secrets: givenEntries(wire.secrets),
    version: ctx.now,
    versionInfo: { lastScalingAt: ctx.now, lastConfigChangeAt: ctx.now },
    rollout: normalizeRollout(wire.rollout),
  });
  const resident = pod.volumes.some(({ kind }) => kind === 'persistent');
  return { ...shared, ...scheduling(wire, resident), pod };
}

/** Without any, the pod is on the host's network, and is shown without any. */
function networksOf({ networks }: PodWire, ctx: AppContext): readonly Network[] {
  return (networks ?? []).length === 0 ? [] : normalizeNetworks(networks, ctx.settings);
}

function partOf(wire: PodWire, networks: readonly Network[]): PodDefinition['pod'] {
  return given({
    containers: wire.containers.map((container) => normalizeContainer(container, networks)),
    volumes: (wire.volumes ?? []).map(normalizeVolume),
    linuxInfo: wire.linuxInfo ? normalizeLinuxInfo(wire.linuxInfo) : undefined,
    legacySharedCgroups: wire.legacySharedCgroups === true ? (true as const) : undefined,
  });
}

/** The first shape that fits decides, in this order (marathon-api 5.14). */
function normalizeVolume({ name, persistent, secret, host }: PodVolumeWire): PodVolume {
  if (persistent) return { kind: 'persistent', name, persistent: normalizePersistent(persistent) };
  if (typeof secret === 'string') return { kind: 'secret', name, secret };
  if (typeof host === 'string') return { kind: 'host', name, host };
  return { kind: 'ephemeral', name };
}

type Scheduling = Pick<
  AppDefinition,
  | 'backoffSeconds'
  | 'backoffFactor'
  | 'maxLaunchDelaySeconds'
  | 'upgradeStrategy'
  | 'constraints'
  | 'acceptedResourceRoles'
  | 'killSelection'
  | 'unreachableStrategy'
>;

function scheduling({ scheduling: wire }: PodWire, resident: boolean): Scheduling {
  const { backoff, upgrade, placement } = wire ?? {};
  const defaults = { ...POD_DEFAULTS.scheduling, ...POD_DEFAULTS.backoff };
  const usual = resident ? POD_DEFAULTS.residentPod.upgrade : POD_DEFAULTS.upgrade;
  const accepted = placement?.acceptedResourceRoles ?? [];
  return given({
    backoffSeconds: backoff?.backoff ?? defaults.backoff,
    backoffFactor: backoff?.backoffFactor ?? defaults.backoffFactor,
    maxLaunchDelaySeconds: backoff?.maxLaunchDelay ?? defaults.maxLaunchDelay,
    upgradeStrategy: {
      minimumHealthCapacity: upgrade?.minimumHealthCapacity ?? usual.minimumHealthCapacity,
      maximumOverCapacity: upgrade?.maximumOverCapacity ?? usual.maximumOverCapacity,
    },
    constraints: (placement?.constraints ?? []).flatMap((constraint) => {
      const parsed = parseConstraint(fieldsOf(constraint));
      return parsed.ok ? [parsed.value] : [];
    }),
    acceptedResourceRoles: accepted.length > 0 ? [...new Set(accepted)] : undefined,
    killSelection: wire?.killSelection ?? defaults.killSelection,
    unreachableStrategy: unreachable(wire?.unreachableStrategy, resident),
  });
}

/** A constraint as apps write it. */
export function fieldsOf({ fieldName, operator, value }: PodConstraintWire): readonly string[] {
  return typeof value === 'string' ? [fieldName, operator, value] : [fieldName, operator];
}

function unreachable(
  strategy: NonNullable<PodWire['scheduling']>['unreachableStrategy'],
  resident: boolean,
): AppDefinition['unreachableStrategy'] {
  if (typeof strategy === 'string') return 'disabled';
  if (strategy) return { ...POD_DEFAULTS.scheduling.unreachableStrategy, ...given(strategy) };
  return resident
    ? POD_DEFAULTS.residentPod.unreachableStrategy
    : POD_DEFAULTS.scheduling.unreachableStrategy;
}
