import type { AppDefinition } from './app-definition.js';
import { probedPortIndex } from './app-facts.js';
import type { PodPart } from './pod-part.js';

/**
 * Whether instances of `before` must be replaced for `after`: any difference except in what only
 * counts or dates instances or says how to go about them (marathon-behaviour 1.3, 2.6; for pods
 * marathon-api 8 leaves out more). Lists that are sets by nature (health
 * checks, constraints, roles, dependencies) compare without their order; a health check without a
 * port means the first one.
 */
export function isUpgrade(before: AppDefinition, after: AppDefinition): boolean {
  return before !== after && !isEqual(restartingPart(before), restartingPart(after));
}

/** Only the number of instances differs. */
export function isScaleOnly(before: AppDefinition, after: AppDefinition): boolean {
  return before.instances !== after.instances && !isUpgrade(before, after);
}

/** Equality of JSON-like values, whatever the order of keys; an undefined field is an absent one. */
export function isEqual(left: unknown, right: unknown): boolean {
  if (Object.is(left, right)) return true;
  if (typeof left !== 'object' || typeof right !== 'object' || !left || !right) return false;
  if (Array.isArray(left) || Array.isArray(right)) {
    return (
      Array.isArray(left) &&
      Array.isArray(right) &&
      left.length === right.length &&
      left.every((item, at) => isEqual(item, right[at]))
    );
  }
  const a = definedEntries(left);
  const b = new Map(definedEntries(right));
  return a.length === b.size && a.every(([key, value]) => b.has(key) && isEqual(value, b.get(key)));
}

/** Something differs that restarts nothing and is no number of instances either. */
export function isEdited(before: AppDefinition, after: AppDefinition): boolean {
  return before !== after && !isEqual(quietPart(before), quietPart(after));
}

function quietPart(app: AppDefinition): object {
  const { executorResources, killSelection, unreachableStrategy, pod } = app;
  if (pod === undefined) return { executorResources };
  const { legacySharedCgroups } = pod;
  return { executorResources, killSelection, unreachableStrategy, legacySharedCgroups };
}

function definedEntries(value: object): [string, unknown][] {
  return Object.entries(value).filter(([, item]) => item !== undefined);
}

function restartingPart(app: AppDefinition): object {
  if (app.pod !== undefined) return restartingPartOfPod(app, app.pod);
  const {
    id: _id,
    instances: _instances,
    version: _version,
    versionInfo: _versionInfo,
    executorResources: _executorResources,
    ...rest
  } = app;
  return {
    ...rest,
    constraints: asSet(app.constraints),
    dependencies: asSet(app.dependencies),
    acceptedResourceRoles: app.acceptedResourceRoles && asSet(app.acceptedResourceRoles),
    healthChecks: asSet(
      app.healthChecks.map((check) => ({ ...check, portIndex: probedPortIndex(check) })),
    ),
  };
}

/** What a pod takes in all follows from its containers, and from what is left out here. */
function restartingPartOfPod(
  app: AppDefinition,
  { legacySharedCgroups: _legacySharedCgroups, ...pod }: PodPart,
): object {
  const { labels, user, env, secrets, networks, role, upgradeStrategy, dependencies } = app;
  const { backoffSeconds, backoffFactor, maxLaunchDelaySeconds, acceptedResourceRoles } = app;
  return {
    ...{ labels, user, env, secrets, networks, role, upgradeStrategy, pod },
    ...{ backoffSeconds, backoffFactor, maxLaunchDelaySeconds },
    constraints: asSet(app.constraints),
    dependencies: asSet(dependencies),
    acceptedResourceRoles: acceptedResourceRoles && asSet(acceptedResourceRoles),
  };
}

function asSet(items: readonly unknown[]): readonly string[] {
  return [...new Set(items.map(canonicalText))].sort();
}

/** One text per value, whatever the order of its keys. */
function canonicalText(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) =>
    item !== null && typeof item === 'object' && !Array.isArray(item)
      ? Object.fromEntries(definedEntries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  );
}
