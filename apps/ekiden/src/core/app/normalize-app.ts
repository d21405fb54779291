import type {
  AppDefinition,
  Artifact,
  Constraint,
  ResourceLimits,
  UnreachableStrategy,
} from './app-definition.js';
import { APP_DEFAULTS } from './app-defaults.js';
import { hasVolumes, usesHostNetwork } from './app-facts.js';
import type { AppContext } from './app-settings.js';
import type { AppWire, ArtifactWire, Maybe, ResourceLimitsWire } from './app-wire.js';
import { parseConstraint } from './constraint.js';
import { normalizeRules } from './dependency-rule.js';
import { given, givenEntries, givenItems } from './given.js';
import { modernizeApp, type ModernAppWire } from './modernize-app.js';
import {
  normalizeCheck,
  normalizeHealthCheck,
  normalizeReadinessCheck,
} from './normalize-checks.js';
import { normalizeContainer } from './normalize-container.js';
import { normalizeNetworks } from './normalize-networks.js';
import { normalizePortDefinitions } from './normalize-ports.js';
import { normalizeRollout } from './normalize-rollout.js';
import { ROOT_ID, resolveId } from './path-id.js';
import { roleChoice, usualAcceptedRoles } from './role-settings.js';

/**
 * The canonical form of a complete document (marathon-api 6): legacy fields rewritten, gaps filled
 * from `APP_DEFAULTS`, ids absolute, service ports still 0 where they are to be allocated. Version
 * and version info are `ctx.now` until `stampVersion` decides. Constraints and limits that cannot
 * be read are left out: validation of the document names them.
 */
export function normalizeApp(wire: AppWire, ctx: AppContext): AppDefinition {
  return normalizeModern(modernizeApp(wire, ctx.settings), ctx);
}

/** The same for a document without legacy fields. */
export function normalizeModern(wire: ModernAppWire, ctx: AppContext): AppDefinition {
  const defaults = APP_DEFAULTS.app;
  const networks = normalizeNetworks(wire.networks, ctx.settings);
  const onHost = usesHostNetwork(networks);
  const container = normalizeContainer(wire.container, networks, wire.portDefinitions?.length ?? 0);
  const resident = hasVolumes(container?.volumes, 'persistent');
  const keepsData = resident || hasVolumes(container?.volumes, 'external');
  const args = wire.args ?? [];
  const role = wire.role ?? roleChoice(ctx).fallback;
  // Two parts, as objects of one shape are cheap to make: what every app has, and what few have.
  return {
    id: ctx.id,
    env: givenEntries(wire.env),
    labels: givenEntries(wire.labels),
    instances: wire.instances ?? defaults.instances,
    cpus: wire.cpus ?? defaults.cpus,
    mem: wire.mem ?? defaults.mem,
    disk: wire.disk ?? defaults.disk,
    gpus: wire.gpus ?? defaults.gpus,
    executor: wire.executor ?? defaults.executor,
    constraints: readableConstraints(wire.constraints),
    role,
    fetch: givenItems(wire.fetch ?? defaults.fetch, normalizeArtifact),
    networks,
    requirePorts: onHost && (wire.requirePorts ?? defaults.requirePorts),
    backoffSeconds: wire.backoffSeconds ?? defaults.backoffSeconds,
    backoffFactor: wire.backoffFactor ?? defaults.backoffFactor,
    maxLaunchDelaySeconds: wire.maxLaunchDelaySeconds ?? defaults.maxLaunchDelaySeconds,
    healthChecks: givenItems(wire.healthChecks ?? defaults.healthChecks, normalizeHealthCheck),
    readinessChecks: givenItems(wire.readinessChecks, normalizeReadinessCheck),
    dependencies: dependenciesOf(wire, ctx),
    upgradeStrategy: strategyOf(wire, keepsData),
    killSelection: wire.killSelection ?? defaults.killSelection,
    unreachableStrategy: unreachableOf(wire, resident),
    secrets: givenEntries(wire.secrets),
    version: ctx.now,
    versionInfo: { lastScalingAt: ctx.now, lastConfigChangeAt: ctx.now },
    ...given({
      cmd: wire.cmd,
      dependencyRules: normalizeRules(wire.dependencyRules, ctx.base ?? ROOT_ID),
      args: args.length > 0 ? args : undefined,
      user: wire.user,
      priority: wire.priority === 0 ? undefined : wire.priority,
      acceptedResourceRoles: wire.acceptedResourceRoles
        ? [...new Set(wire.acceptedResourceRoles)]
        : usualAcceptedRoles(ctx, role, resident),
      resourceLimits: readableLimits(wire.resourceLimits),
      executorResources: wire.executorResources
        ? { ...APP_DEFAULTS.executorResources, ...given(wire.executorResources) }
        : undefined,
      container,
      portDefinitions: onHost ? normalizePortDefinitions(wire.portDefinitions) : undefined,
      check: normalizeCheck(wire.check),
      taskKillGracePeriodSeconds: wire.taskKillGracePeriodSeconds,
      // What the user sends has no effect: it follows from the strategy, which is always disabled.
      residency: resident ? APP_DEFAULTS.residentApp.residency : undefined,
      tty: wire.tty,
      rollout: normalizeRollout(wire.rollout),
    }),
  };
}

export function readableLimits(limits: Maybe<ResourceLimitsWire>): ResourceLimits | undefined {
  if (limits === null || limits === undefined) return undefined;
  const read = given({ cpus: readLimit(limits.cpus), mem: readLimit(limits.mem) });
  return Object.keys(read).length > 0 ? read : undefined;
}

/** A number of the resource's unit, or no limit at all; undefined when absent or unreadable. */
export function readLimit(limit: Maybe<number | string>): number | 'unlimited' | undefined {
  if (typeof limit === 'number') return limit;
  return limit?.toLowerCase() === 'unlimited' ? 'unlimited' : undefined;
}

function readableConstraints(wire: ModernAppWire['constraints']): readonly Constraint[] {
  if (wire === null || wire === undefined) return APP_DEFAULTS.app.constraints;
  return wire.flatMap((fields) => {
    const parsed = parseConstraint(fields);
    return parsed.ok ? [parsed.value] : [];
  });
}

export function normalizeArtifact(artifact: ArtifactWire): Artifact {
  const defaults = APP_DEFAULTS.artifact;
  return given({
    uri: artifact.uri,
    extract: artifact.extract ?? defaults.extract,
    executable: artifact.executable ?? defaults.executable,
    cache: artifact.cache ?? defaults.cache,
    destPath: artifact.destPath,
  });
}

function dependenciesOf(wire: ModernAppWire, ctx: AppContext): AppDefinition['dependencies'] {
  const base = ctx.base ?? ROOT_ID;
  const dependencies = givenItems(wire.dependencies, (id) => resolveId(id, base));
  return dependencies.length < 2 ? dependencies : [...new Set(dependencies)];
}

function strategyOf(wire: ModernAppWire, keepsData: boolean): AppDefinition['upgradeStrategy'] {
  const { minimumHealthCapacity, maximumOverCapacity } =
    wire.upgradeStrategy ??
    (keepsData ? APP_DEFAULTS.residentApp : APP_DEFAULTS.app).upgradeStrategy;
  return { minimumHealthCapacity, maximumOverCapacity };
}

function unreachableOf(wire: ModernAppWire, resident: boolean): UnreachableStrategy {
  const strategy = wire.unreachableStrategy;
  if (typeof strategy === 'string') return 'disabled';
  if (strategy) return { ...APP_DEFAULTS.app.unreachableStrategy, ...given(strategy) };
  return resident
    ? APP_DEFAULTS.residentApp.unreachableStrategy
    : APP_DEFAULTS.app.unreachableStrategy;
}
