import type { Violation } from '../violation.js';
import { APP_DEFAULTS } from './app-defaults.js';
import type { Maybe } from './app-wire.js';
import { given } from './given.js';
import { resolveId, type PathId } from './path-id.js';

/** What has to be true of each instance of a dependency before who depends on it has its turn. */
export type DependencyCondition = 'started' | 'healthy' | 'ready';

/** How a dependency of an app or a group is waited for (ADR 0052). */
export interface DependencyRule {
  /** Absent = as Marathon: healthy, and ready where it has readiness checks, and nothing old left. */
  readonly condition?: DependencyCondition;
  /** When it has not come up in time: go on waiting, go on without it, or take it all back. */
  readonly onFailure: 'wait' | 'continue' | 'fail';
  /** Counted from when the dependency's own turn came; absent = see `PlannedEdge`. */
  readonly deadlineSeconds?: number;
  /** What becomes of who depends on it when nothing of it runs any more; absent = `keep`. */
  readonly onLost?: 'keep' | 'restart';
}

/** By the id as it stands in `dependencies`, absolute. */
export type DependencyRules = Readonly<Record<PathId, DependencyRule>>;

export interface DependencyRuleWire {
  readonly condition?: Maybe<DependencyCondition>;
  readonly onFailure?: Maybe<DependencyRule['onFailure']>;
  readonly deadlineSeconds?: Maybe<number>;
  readonly onLost?: Maybe<'keep' | 'restart'>;
}

export type DependencyRulesWire = Readonly<Record<string, Maybe<DependencyRuleWire>>>;

/** Ids made absolute, gaps filled; `undefined` for none. */
export function normalizeRules(
  wire: Maybe<DependencyRulesWire>,
  base: PathId,
): DependencyRules | undefined {
  if (wire === null || wire === undefined) return undefined;
  const rules: Record<string, DependencyRule> = {};
  for (const [reference, rule] of Object.entries(wire)) {
    if (rule === null || rule === undefined) continue;
    rules[resolveId(reference, base)] = { ...APP_DEFAULTS.dependencyRule, ...given(rule) };
  }
  return Object.keys(rules).length === 0 ? undefined : rules;
}

/** A rule is about a dependency that stands in the same document. */
export function validateRules({
  dependencies,
  dependencyRules,
}: {
  readonly dependencies: readonly PathId[];
  readonly dependencyRules?: DependencyRules | undefined;
}): readonly Violation[] {
  if (dependencyRules === undefined) return [];
  const known = new Set<string>(dependencies);
  return Object.keys(dependencyRules).flatMap((id) =>
    known.has(id)
      ? []
      : [
          {
            path: `/dependencyRules/${id}`,
            message: `'${id}' is not among the dependencies, so there is nothing to rule about it`,
          },
        ],
  );
}

/** Rules that were given before, of the dependencies that are left. */
export function rulesAmong(
  rules: DependencyRules | undefined,
  dependencies: readonly PathId[],
): DependencyRules | undefined {
  if (rules === undefined) return undefined;
  const left = Object.entries(rules).filter(([id]) => dependencies.includes(id as PathId));
  return left.length === 0 ? undefined : Object.fromEntries(left);
}

/** Whether some dependency of a node is one to be restarted for. */
export function restartsWhenLost({
  dependencyRules,
}: {
  readonly dependencyRules?: DependencyRules | undefined;
}): boolean {
  if (dependencyRules === undefined) return false;
  return Object.values(dependencyRules).some(({ onLost }) => onLost === 'restart');
}
