import type { AppDefinition, HealthCheck } from './app-definition.js';
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
  if (before === after) return false;
  if (before.pod === undefined && after.pod === undefined) return !isSameConfig(before, after);
  return !isEqual(restartingPart(before), restartingPart(after));
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
  const [a, b] = [fieldsOf(left), fieldsOf(right)];
  for (const key in a) if (!isEqual(a[key], own(b, key))) return false;
  for (const key in b) if (b[key] !== undefined && own(a, key) === undefined) return false;
  return true;
}

type Fields = Readonly<Record<string, unknown>>;

function fieldsOf(value: object): Fields {
  return value as Fields;
}

function own(fields: Fields, key: string): unknown {
  return Object.hasOwn(fields, key) ? fields[key] : undefined;
}

/** Something differs that restarts nothing and is no number of instances either. */
export function isEdited(before: AppDefinition, after: AppDefinition): boolean {
  return before !== after && !isEqual(quietPart(before), quietPart(after));
}

function quietPart(app: AppDefinition): object {
  const { executorResources, killSelection, unreachableStrategy, priority, rollout } = app;
  const { dependencyRules, pod } = app;
  if (pod === undefined) return { executorResources, priority, dependencyRules, rollout };
  const { legacySharedCgroups } = pod;
  return { executorResources, killSelection, unreachableStrategy, legacySharedCgroups, rollout };
}

function definedEntries(value: object): [string, unknown][] {
  return Object.entries(value).filter(([, item]) => item !== undefined);
}

/** What only counts or dates instances, or says how to go about them. */
const QUIET: ReadonlySet<string> = new Set<keyof AppDefinition>([
  'id',
  'instances',
  'version',
  'versionInfo',
  'executorResources',
  'priority',
  'rollout',
  'dependencyRules',
]);

/** Lists that are sets by nature; health checks beside them. */
const SETS: ReadonlySet<string> = new Set<keyof AppDefinition>([
  'constraints',
  'dependencies',
  'acceptedResourceRoles',
]);

/** Of apps: field by field, as most are the same in both and there may be ten thousand apps. */
function isSameConfig(before: AppDefinition, after: AppDefinition): boolean {
  const a = fieldsOf(before);
  const b = fieldsOf(after);
  for (const key in a) {
    if (a[key] !== b[key] && !isSameField(key, a[key], b[key])) return false;
  }
  for (const key in b) {
    if (a[key] === undefined && !isSameField(key, undefined, b[key])) return false;
  }
  return (
    isEqual(before.healthChecks, after.healthChecks) ||
    isSameSet(before.healthChecks.map(withPort), after.healthChecks.map(withPort))
  );
}

function isSameField(key: string, a: unknown, b: unknown): boolean {
  if (QUIET.has(key) || key === 'healthChecks' || isEqual(a, b)) return true;
  return SETS.has(key) && Array.isArray(a) && Array.isArray(b) && isSameSet(a, b);
}

function isSameSet(a: readonly unknown[], b: readonly unknown[]): boolean {
  return isEqual(asSet(a), asSet(b));
}

function withPort(check: HealthCheck): object {
  return { ...check, portIndex: probedPortIndex(check) };
}

/** Where a pod is compared, also with an app. */
function restartingPart(app: AppDefinition): object {
  return app.pod === undefined ? {} : restartingPartOfPod(app, app.pod);
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
