import { ancestorsOf, isBelow, type PathId, type RolloutStrategy } from '../app/index.js';
import { claimOf, isPromoted } from '../deployment/index.js';
import type { Group } from '../group/index.js';
import type { Instance } from '../instance/index.js';

/** Versions of a whole group stand side by side by these. */
const SIDE_BY_SIDE: ReadonlySet<RolloutStrategy> = new Set(['blueGreen', 'canary']);

/** The closest group around an app whose rollout has two generations side by side. */
export function scopeGroupOf(
  app: PathId,
  groups: { get(id: PathId): Group | undefined },
): PathId | undefined {
  return ancestorsOf(app).find((id) => {
    const strategy = groups.get(id)?.rollout?.strategy;
    return strategy !== undefined && SIDE_BY_SIDE.has(strategy);
  });
}

/** The scope of what a rollout of a group starts. */
export function scopeIdOf(deployment: string, group: PathId): string {
  return `${deployment}${group}`;
}

/** What a listener of a scope leads to: one generation for good, or whichever is live. */
export type Reached = 'old' | 'next' | 'live';

interface Rows {
  readonly deployments: Parameters<typeof claimOf>[0];
  readonly instances: { by(index: 'reaches', app: PathId): readonly Instance[] };
}

/**
 * Which generation of `dependency` the instances of a scope find (ADR 0047): of an app that a
 * rollout of their group has in two generations, the one that belongs to their own; else the live.
 */
export function reachedFrom(rows: Rows, scope: string, dependency: PathId): Reached {
  const claim = claimOf(rows.deployments, dependency);
  if (claim === undefined || !isBelow(dependency, claim.planned.scope)) return 'live';
  const { deployment, planned, progress } = claim;
  if (scope === scopeIdOf(deployment.id, planned.scope)) return 'next';
  const dependents = rows.instances
    .by('reaches', dependency)
    .filter((instance) => instance.scope?.id === scope);
  for (const { appId, generation } of dependents) {
    if (planned.replaced.includes(appId)) return 'old';
    if (claimOf(rows.deployments, appId)?.progress !== progress) continue;
    return isPromoted(progress) === (generation === undefined) ? 'next' : 'old';
  }
  return 'live';
}
