import type { AppDefinition, PathId } from '../../../src/core/app/index.js';
import { verbOf, type Deployment } from '../../../src/core/deployment/index.js';
import { isPutAway, type Instance } from '../../../src/core/instance/index.js';
import type { Draft } from '../../../src/core/turn/index.js';
import type { TurnChecker } from '../sight.js';
import { serves } from './instance-checkers.js';

/** A new app starts only when what it depends on, in the same plan, has been brought up. */
export const dependencyOrder: TurnChecker = {
  rule: 'dependency-order',
  check: ({ turn: { draft } }) => {
    const first = new Set<PathId>();
    // What has lost all its instances in this very turn, with its host, has been up.
    const lost = new Set(
      draft.instances.changes().flatMap(([id]) => draft.instances.before(id)?.appId ?? []),
    );
    for (const [id, row] of draft.instances.changes()) {
      if (row === undefined || draft.instances.before(id) !== undefined) continue;
      const siblings = draft.instances.by('app', row.appId);
      const had = siblings.some((i) => draft.instances.before(i.id) !== undefined);
      if (!had && !lost.has(row.appId)) first.add(row.appId);
    }
    return [...first].flatMap((id) => {
      const deployment = draft.runningDeploymentOf(id);
      const change = deployment?.plan.changes.find((c) => c.id === id);
      if (deployment === undefined || change?.after === undefined) return [];
      if (change.before !== undefined) return [];
      // Let go when all was up; the hooks before its start have run since.
      if (draft.deployments.before(deployment.id)?.ahead?.[id] !== undefined) return [];
      return unfinished(draft, deployment, change.after).map(
        (dependency) => `${id} starts before ${dependency} is up`,
      );
    });
  },
};

/** A step is passed only when every action of it is done. */
export const stepsAreDone: TurnChecker = {
  rule: 'steps-are-done',
  check: ({ turn: { draft } }) =>
    draft.deployments.changes().flatMap(([id, after]) => {
      const before = draft.deployments.before(id);
      if (after === undefined) return [];
      const passed = after.plan.steps.slice(before?.step ?? 0, after.step);
      const twins = new Set((after.plan.rollouts ?? []).flatMap((one) => one.twins));
      return passed.flatMap(({ actions, promotes }) =>
        actions.flatMap((action) => {
          // What comes up beside the live ones is looked at by the checkers of generations.
          if (verbOf(action) === 'Start' || (twins.has(action.app) && promotes === undefined)) {
            return [];
          }
          const done = promotes === undefined ? isUp : isPromotedWhole;
          return done(draft, action.app)
            ? []
            : [`deployment ${id} passes ${action.kind} ${action.app} before it is done`];
        }),
      );
    }),
};

/** At most one running deployment changes an app. */
export const oneDeploymentPerApp: TurnChecker = {
  rule: 'one-deployment-per-app',
  check: ({ turn: { draft } }) => {
    if (draft.deployments.changes().length === 0) return [];
    const seen = new Set<string>();
    return draft.deployments.by('status', 'running').flatMap(({ plan }) =>
      plan.changes.flatMap(({ id }) => {
        if (seen.has(id)) return [`${id} is changed by two running deployments`];
        seen.add(id);
        return [];
      }),
    );
  },
};

/** Versions strictly increase, also over a deletion, and never come to mean something else. */
export const versionsIncrease: TurnChecker = {
  rule: 'versions-increase',
  check: ({ turn: { draft }, state, store }) => {
    const found: string[] = [];
    if (draft.rootVersion < state.rootVersion) found.push('the root version goes back');
    for (const [id, after] of draft.apps.changes()) {
      const before = draft.apps.before(id);
      if (after === undefined) continue;
      if (before !== undefined && after.version <= before.version) {
        found.push(`${id} goes from version ${before.version} to ${after.version}`);
      }
      const stored = store.rows('appVersions').get(`${id}@${after.version}`);
      if (stored !== undefined && stored !== JSON.stringify(after)) {
        found.push(`${id} gives version ${after.version} another meaning`);
      }
    }
    return found;
  },
};

/** Dependencies that have an action in the plan and are not passed yet. */
function unfinished(draft: Draft, deployment: Deployment, app: AppDefinition): PathId[] {
  const { plan, step } = deployment;
  const inPlan = plan.changes.flatMap((c) => (c.after === undefined ? [] : [c.id]));
  // Who is in a circle goes by what is live of it (ADR 0059).
  const inCircle = new Set(
    plan.edges?.[app.id]?.flatMap((edge) => (edge.inCircle === true ? [edge.on] : [])),
  );
  return inPlan.filter((id) => {
    const wanted = app.dependencies.some((d) => id === d || id.startsWith(`${d}/`));
    if (!wanted || id === app.id || inCircle.has(id)) return false;
    const at = plan.steps.findIndex(({ actions }) =>
      actions.some((a) => a.app === id && verbOf(a) !== 'Start'),
    );
    return at >= step && !isUp(draft, id);
  });
}

/** Only the new configuration is live, and some of it serves. */
function isPromotedWhole(draft: Draft, id: PathId): boolean {
  const app = draft.apps.get(id);
  if (app === undefined || app.instances === 0) return true;
  const live = draft.instances.by('app', id);
  const config = app.versionInfo.lastConfigChangeAt;
  return (
    live.every((i) => i.configVersion === config || i.goal !== 'Running') &&
    live.some((i) => serves(i, draft.definitionOf(i)))
  );
}

/** Exactly the wanted instances of the wanted configuration, all of them serving. */
function isUp(draft: Draft, id: PathId): boolean {
  const app = draft.apps.get(id);
  const instances = draft.instances
    .by('app', id)
    .filter((each) => each.condition !== 'UnreachableInactive' && !isPutAway(each))
    // What is to be put away and cannot be reached counts as stopped.
    .filter(({ goal, condition }) => goal !== 'Stopped' || condition !== 'Unreachable');
  if (app === undefined) return instances.length === 0;
  const right = instances.filter(
    (i) =>
      i.configVersion === app.versionInfo.lastConfigChangeAt &&
      serves(withoutMove(draft, i), draft.definitionOf(i)),
  );
  if (right.length !== app.instances) return false;
  // What was held by the deployment may begin to be moved as soon as that has passed.
  const moves = right.some((each) => isToMove(draft, each));
  return instances.every(
    (each) => right.includes(each) || (moves && draft.instances.before(each.id) === undefined),
  );
}

/** As it was when it was looked at; some are moved by being stopped first. */
function withoutMove(draft: Draft, instance: Instance): Instance {
  const { kill, ...unharmed } = instance;
  const before = draft.instances.before(instance.id);
  const moves = kill?.reason === 'draining' || kill?.reason === 'dependencyLost';
  if (!moves || before === undefined || before.kill !== undefined) return instance;
  return { ...unharmed, goal: before.goal };
}

/** It is on an agent that is left, or is restarted for a dependency. */
function isToMove({ leaving }: Draft, { task }: Instance): boolean {
  if (task === undefined) return false;
  return task.lost !== undefined || [...leaving.values()].some(({ id }) => id === task.agentId);
}
