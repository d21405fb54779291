import type { AppDefinition, HookMoment, PathId } from '../app/index.js';
import {
  bringsVersion,
  changeIn,
  hookFacts,
  hookVariables,
  hooksOf,
  withRun,
  type Deployment,
  type HookPoint,
  type HookRun,
  type HookVerdict,
  rolloutInForce,
} from '../deployment/index.js';
import { hookFinished, hookStarted } from '../events/index.js';
import type { EffectiveRollout } from '../group/index.js';
import { newInstanceId, type Instance } from '../instance/index.js';
import { hookAppId, hookDefinition } from '../launch/index.js';
import type { TurnContext, WorldCommand } from '../turn/index.js';

/**
 * Whether the hooks of a moment of a scope have run, as far as they have to: begins the next one
 * where none is under way. Asked again whenever something has happened, so it keeps no place.
 */
export function runHooks(
  context: TurnContext,
  deployment: Deployment,
  point: Pick<HookPoint, 'at' | 'app' | 'slot' | 'lenient'> & {
    readonly rollout: EffectiveRollout;
  },
): HookVerdict['kind'] {
  const { scope, settings } = point.rollout;
  const { at, app, slot } = point;
  const { hooks = [] } = deployment;
  const verdict = hooksOf(hooks, {
    scope,
    hooks: settings.hooks,
    at,
    app,
    ...(slot === undefined ? {} : { slot }),
    // Nothing is taken back twice.
    lenient: deployment.undoes !== undefined || point.lenient === true,
  });
  if (verdict.kind !== 'due') return verdict.kind;
  const { hook, key, attempt } = verdict;
  const kind = hook.http === undefined ? 'command' : 'http';
  const run: HookRun = {
    key,
    scope,
    app,
    at,
    kind,
    ...(slot === undefined ? {} : { slot }),
    state: 'running',
    attempt,
    startedAt: context.now,
  };
  putRun(context, deployment.id, run);
  context.draft.events.push(hookStarted(deployment.id, run));
  if (hook.command !== undefined) sendErrand(context, deployment, run, hook.command);
  return 'waiting';
}

/**
 * Whether the hooks of one instance have run (serial); also where there are none, and outside of
 * deployments.
 */
export function passInstanceHooks(
  context: TurnContext,
  app: PathId,
  at: HookMoment,
  slot: number | undefined,
): boolean {
  const deployment = context.draft.runningDeploymentOf(app);
  const rollout = rolloutInForce(context.draft, app);
  if (deployment === undefined || rollout === undefined || slot === undefined) return true;
  return runHooks(context, deployment, { at, app, slot, rollout }) === 'done';
}

/**
 * The same for those that run once in a deployment, where it brings a new version of this app.
 */
export function passScopeHooks(context: TurnContext, app: PathId, at: HookMoment): boolean {
  const deployment = context.draft.runningDeploymentOf(app);
  const rollout = rolloutInForce(context.draft, app);
  if (deployment === undefined || rollout === undefined) return true;
  const change = changeIn(deployment.plan, app);
  if (change === undefined || !bringsVersion(change)) return true;
  return runHooks(context, deployment, { at, app, rollout }) === 'done';
}

function sendErrand(
  context: TurnContext,
  deployment: Deployment,
  run: HookRun,
  command: readonly string[],
): void {
  const { draft, now, ids } = context;
  const app = draft.apps.get(run.app);
  if (app === undefined) {
    finishRun(context, deployment.id, { ...run, state: 'failed', reason: `${run.app} is gone` });
    return;
  }
  const variables = hookVariables(hookFacts(draft, deployment, run));
  const id = hookAppId(run.app);
  draft.putInstance({
    id: newInstanceId(id, ids, now),
    appId: id,
    appVersion: app.version,
    configVersion: app.versionInfo.lastConfigChangeAt,
    goal: 'Running',
    condition: 'Scheduled',
    incarnation: 0,
    ...nearby(context, app, run.slot),
    hook: {
      deployment: deployment.id,
      key: run.key,
      attempt: run.attempt,
      definition: hookDefinition(app, command, variables),
    },
    createdAt: now,
    since: now,
  });
}

/** By preference on the agent of the instance it is about. */
function nearby(
  { draft }: TurnContext,
  app: AppDefinition,
  slot: number | undefined,
): Pick<Instance, 'lastAgent'> {
  const about = draft.instances
    .by('app', app.id)
    .find((one) => slot !== undefined && one.slot === slot);
  const agent = about?.task?.agentId ?? about?.lastAgent ?? about?.reservation?.agentId;
  return agent === undefined ? {} : { lastAgent: agent };
}

/** The run as it is now; `undefined` = the deployment does not wait for this attempt any more. */
export function runOf(
  { draft }: TurnContext,
  { deployment: id, key, attempt }: Pick<HookResult, 'deployment' | 'key' | 'attempt'>,
): HookRun | undefined {
  const deployment = draft.deployments.get(id);
  const run = deployment?.hooks?.find((one) => one.key === key);
  return run?.attempt === attempt ? run : undefined;
}

export function putRun({ draft }: TurnContext, id: string, run: HookRun): void {
  const deployment = draft.deployments.get(id);
  if (deployment === undefined) return;
  draft.deployments.put(id, { ...deployment, hooks: withRun(deployment.hooks ?? [], run) });
}

/** Notes how a run ended, and has its app and deployment looked at. */
export function finishRun(context: TurnContext, id: string, ended: HookRun): void {
  const { draft, now } = context;
  const run = { ...ended, finishedAt: now };
  putRun(context, id, run);
  const deployment = draft.deployments.get(id);
  if (deployment?.status === 'running') {
    draft.deployments.put(id, { ...deployment, progressAt: now });
  }
  draft.events.push(hookFinished(id, run));
  draft.dirty.add(run.app);
  // One that runs once in a deployment holds all of its scope.
  if (run.slot === undefined && deployment?.status === 'running') {
    for (const change of deployment.plan.changes) draft.dirty.add(change.id);
  }
}

type HookResult = Extract<WorldCommand, { readonly kind: 'hookResult' }>;
type HookOutput = Extract<WorldCommand, { readonly kind: 'hookOutput' }>;

/** The answer to a call, or the last that a command wrote; late and repeated ones change nothing. */
export function takeHookNews(context: TurnContext, news: HookResult | HookOutput): void {
  const run = runOf(context, news);
  if (run === undefined) return;
  const { deployment, output } = news;
  if (news.kind === 'hookOutput') {
    if (run.output === undefined) putRun(context, deployment, { ...run, output });
    return;
  }
  if (run.state !== 'running' || run.kind !== 'http') return;
  const state = news.ok ? 'succeeded' : 'failed';
  finishRun(context, deployment, { ...run, state, reason: news.reason, output });
}
