import { seconds } from '@ekiden/kernel';
import type { AppDefinition } from '../app/index.js';
import { longestGrace } from '../health/index.js';
import { NOTHING, finding, type AdviceView, type Rule } from './view.js';
import type { Finding, PlannedEdge } from '../deployment/index.js';

/** Rules about what waits for what, and for how long. */

/** Nobody runs what it depends on, so it waits in vain until the deadline. */
export const dependencySuspended: Rule = ({ plan }, { id }) => {
  const edges = plan.edges?.[id];
  if (edges?.some(isSuspended) !== true) return NOTHING;
  return edges.filter(isSuspended).map(({ on, rule }) => {
    const wait = rule?.deadlineSeconds ?? 60;
    const message = `'${id}' depends on '${on}', which is suspended (no instances wanted), and waits for it for ${wait} s`;
    const remedy = `scale '${on}' up first, or take it out of the dependencies`;
    return finding('dependency-suspended', id, { path: '/dependencies', message, remedy });
  });
};

function isSuspended({ suspended }: PlannedEdge): boolean {
  return suspended === true;
}

/** What is waited for waits in turn, so that nobody could go first. */
export const dependencyInCircle: Rule = ({ plan }, { id }) => {
  // Circles go through promotions; there may be ten thousand apps to ask about.
  if (plan.rollouts === undefined) return NOTHING;
  const edges = plan.edges?.[id];
  if (edges === undefined || !edges.some(isInCircle)) return NOTHING;
  return edges.filter(isInCircle).flatMap(({ on }) => {
    const behind = plan.rollouts?.find(
      ({ twins, replaced }) => twins.includes(on) || replaced.includes(on),
    );
    if (behind === undefined) return NOTHING;
    const message = `'${id}' depends on '${on}', which changes with the promotion of '${behind.scope}' or after it, and that waits for '${id}' in turn: '${id}' is changed while the old '${on}' serves`;
    const remedy = `change '${id}' by itself, or have it in the group that is promoted`;
    return [finding('dependency-in-a-circle', id, { path: '/dependencies', message, remedy })];
  });
};

function isInCircle({ inCircle }: PlannedEdge): boolean {
  return inCircle === true;
}

/** A condition that is met as soon as the dependency runs, as nothing checks it. */
export const conditionWithoutCheck: Rule = (view, { id, after }) => {
  if (after.dependencyRules === undefined) return NOTHING;
  return Object.entries(after.dependencyRules).flatMap(([key, { condition }]) => {
    const on = view.appOf(key as Finding['id']);
    if (on === undefined) return NOTHING;
    const path = `/dependencyRules/${key}/condition`;
    if (condition === 'healthy' && on.healthChecks.length === 0) {
      const message = `'${id}' waits until '${key}' is healthy, and that has no health check: it counts as healthy once it runs`;
      const remedy = `give '${key}' a health check, or say "started"`;
      return [finding('dependency-without-health-check', id, { path, message, remedy })];
    }
    if (condition === 'ready' && on.readinessChecks.length === 0) {
      const message = `'${id}' waits until '${key}' is ready, and that has no readiness check: it counts as ready once it is healthy`;
      const remedy = `give '${key}' a readiness check, or say "healthy"`;
      return [finding('dependency-without-readiness-check', id, { path, message, remedy })];
    }
    return NOTHING;
  });
};

/** Somebody waits for less time than what is waited for may take to become healthy. */
export const deadlineWithinGrace: Rule = (view, { id, after }) => {
  const ofOthers = ofDependencies(view, id, after);
  const own = ofRollout(view, id, after);
  return ofOthers.length === 0 ? own : [...ofOthers, ...own];
};

function ofDependencies(
  { appOf }: AdviceView,
  id: Finding['id'],
  { dependencyRules }: AppDefinition,
): readonly Finding[] {
  if (dependencyRules === undefined) return NOTHING;
  return Object.entries(dependencyRules).flatMap(([key, { deadlineSeconds, onFailure }]) => {
    const on = appOf(key as Finding['id']);
    if (on === undefined || deadlineSeconds === undefined || onFailure === 'wait') return NOTHING;
    const grace = longestGrace(on);
    if (seconds(deadlineSeconds) >= grace) return NOTHING;
    const message = `'${id}' gives '${key}' ${deadlineSeconds} s to come up, and the grace period of its health checks is ${grace / 1_000} s`;
    const remedy = `give it at least ${grace / 1_000} s, or shorten the grace period`;
    const path = `/dependencyRules/${key}/deadlineSeconds`;
    return [finding('deadline-within-grace', id, { path, message, remedy })];
  });
}

function ofRollout(
  { plan }: AdviceView,
  id: Finding['id'],
  after: AppDefinition,
): readonly Finding[] {
  const own =
    plan.rollouts?.find(({ twins }) => twins.includes(id)) ??
    plan.inPlace?.find(({ apps }) => apps.includes(id));
  if (own === undefined) return NOTHING;
  const { progressDeadlineSeconds } = own.settings;
  const grace = longestGrace(after);
  if (seconds(progressDeadlineSeconds) >= grace) return NOTHING;
  const message = `the rollout of '${own.scope}' is to move within ${progressDeadlineSeconds} s, and the grace period of the health checks of '${id}' is ${grace / 1_000} s: that counts`;
  const remedy = `shorten the grace period, or say ${grace / 1_000} s`;
  const path = '/rollout/progressDeadlineSeconds';
  return [finding('deadline-within-grace', own.scope, { path, message, remedy })];
}

/** A rollout goes by what checks say, and there are none: whatever starts counts as good. */
export const rolloutWithoutChecks: Rule = ({ plan }, { id, before, after }) => {
  if (before === undefined || after.healthChecks.length + after.readinessChecks.length > 0) {
    return NOTHING;
  }
  const own =
    plan.rollouts?.find(({ twins }) => twins.includes(id)) ??
    plan.inPlace?.find(({ settings, apps }) => settings.strategy === 'serial' && apps.includes(id));
  if (own === undefined) return NOTHING;
  const message = `'${id}' has neither a health check nor a readiness check, so the ${own.settings.strategy} rollout of '${own.scope}' takes whatever starts for good`;
  const remedy = 'give it a health check';
  return [finding('rollout-without-checks', id, { path: '/healthChecks', message, remedy })];
};
