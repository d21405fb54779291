import { formatTimestamp, type Millis } from '@ekiden/kernel';
import {
  concernsPod,
  type Action,
  type Deployment,
  type DeploymentPlan,
  type Forecast,
  type HookRun,
  type InPlaceRollout,
} from '../../../core/deployment/index.js';
import { stallsAt, waitingOn, type WaitingOn } from '../../../core/reconcile/index.js';
import type { OrchestratorSettings, StateView } from '../../../core/turn/index.js';
import { DeferredJson, deferredRuns } from '../../http/index.js';
import type { Shown, deployment, deploymentDetails, deploymentSteps } from '../../schemas/index.js';
import { given, some } from './given.js';
import { readinessIn, readinessRows, type ReadinessRows } from './readiness.js';
import { awaitsPromotion, presentRollouts } from './rollout-progress.js';

export type ShownDeployment = Shown<typeof deployment>;

/** A running deployment, with the step under way counted from 1 (marathon-api 5.11). */
export function presentDeployment(one: Deployment, state: DeploymentState): ShownDeployment {
  return shownOf(one, currentOf(one, state));
}

/** The same for long lists: the text is made when its turn comes, of the rows of this moment. */
export function deferDeployment(one: Deployment, state: DeploymentState): unknown {
  return deferred(one, currentOf(one, state), {});
}

/** Actions of a plan whose text is made in one go; those of longer ones are in runs by themselves. */
const ACTIONS_TOGETHER = 200;

function deferred(one: Deployment, current: readonly CurrentAction[], facts: object): unknown {
  const { plan } = one;
  const actions = plan.steps.reduce((sum, step) => sum + step.actions.length, current.length);
  if (actions <= ACTIONS_TOGETHER) {
    return new DeferredJson(() => JSON.stringify({ ...shownOf(one, current), ...facts }));
  }
  const named = (kind: (action: Action) => boolean) => [
    new DeferredJson(() => JSON.stringify(affected(plan, kind)).slice(1, -1)),
  ];
  return {
    ...headOf(one, {
      steps: plan.steps.map((step) => ({ actions: deferredRuns(step.actions, presentAction) })),
      affectedApps: named((action) => !concernsPod(action)),
      affectedPods: named(concernsPod),
      currentActions: deferredRuns(current, presentCurrent),
    }),
    ...facts,
  };
}

type DeploymentState = Pick<StateView, 'instances' | 'appVersions'>;

/** An action under way, and how ready its app is. */
interface CurrentAction {
  readonly action: Action;
  readonly readiness: ReadinessRows;
}

function currentOf(
  { plan, step, status }: Deployment,
  state: DeploymentState,
): readonly CurrentAction[] {
  const actions = status === 'queued' ? [] : (plan.steps[step]?.actions ?? []);
  return actions.map((action) => ({ action, readiness: readinessRows(action.app, state) }));
}

function shownOf(one: Deployment, current: readonly CurrentAction[]): ShownDeployment {
  const { plan } = one;
  return headOf(one, {
    ...presentSteps(plan),
    affectedApps: affected(plan, (action) => !concernsPod(action)),
    affectedPods: affected(plan, concernsPod),
    currentActions: current.map(presentCurrent),
  });
}

/** Its long parts, in whichever form, and the rest. */
function headOf<S, A, P, C>(
  { id, plan, step, status }: Deployment,
  parts: {
    readonly steps: S;
    readonly affectedApps: A;
    readonly affectedPods: P;
    readonly currentActions: C;
  },
) {
  const totalSteps = plan.steps.length;
  const { steps, affectedApps, affectedPods, currentActions } = parts;
  return {
    id,
    steps,
    version: formatTimestamp(plan.version),
    affectedApps,
    affectedPods,
    currentActions,
    currentStep: status === 'queued' ? 0 : Math.min(step + 1, totalSteps),
    totalSteps,
  };
}

function presentCurrent({ action, readiness }: CurrentAction) {
  return { ...presentAction(action), readinessCheckResults: readinessIn(readiness) };
}

type ShownPlannedRollout = NonNullable<Shown<typeof deploymentSteps>['rollouts']>[number];

export type ShownDetails = Shown<typeof deploymentDetails>;

interface Moment {
  readonly now: Millis;
  readonly settings: OrchestratorSettings;
}

/** A deployment as operators see it, whether it runs or not (DESIGN 7). */
export function presentDetails(one: Deployment, state: StateView, moment: Moment): ShownDetails {
  return { ...presentDeployment(one, state), ...factsOf(one, state, moment) };
}

/** The same for long lists: the text is made when its turn comes, of the rows of this moment. */
export function deferDetails(one: Deployment, state: StateView, moment: Moment): unknown {
  return deferred(one, currentOf(one, state), factsOf(one, state, moment));
}

/** What is told of it beside the plan. */
function factsOf(
  one: Deployment,
  state: StateView,
  { now, settings }: Moment,
): Omit<ShownDetails, keyof ShownDeployment> {
  // Of those that have ended, or are held, nobody asks; they may be many.
  const moves = one.status === 'running' && one.paused === undefined;
  const stalls = moves ? stallsAt(state, one, settings) : undefined;
  return {
    state: stateOf(one, stalls !== undefined && stalls <= now),
    waitingOn: waitingOn(state, one, settings, now).map(presentWait),
    startedAt: formatTimestamp(one.startedAt),
    ...(one.queuedAt === undefined ? {} : { queuedAt: formatTimestamp(one.queuedAt) }),
    progressAt: formatTimestamp(one.progressAt),
    ...(stalls === undefined ? {} : { stallsAt: formatTimestamp(stalls) }),
    ...(one.finishedAt === undefined ? {} : { finishedAt: formatTimestamp(one.finishedAt) }),
    ...given('reason', one.reason ?? one.paused?.reason),
    hooks: (one.hooks ?? []).map(presentHook),
    ...given('undoes', one.undoes),
    ...given('undoneBy', one.undoneBy),
    ...some('rollouts', presentRollouts(one, state, now)),
    ...some('inPlace', one.plan.inPlace?.map(presentInPlace)),
    warnings: one.plan.warnings,
    ...given('findings', one.plan.findings),
  };
}

function presentHook(run: HookRun): ShownDetails['hooks'][0] {
  const { key: _key, app: id, startedAt, finishedAt, ...facts } = run;
  return {
    ...facts,
    id,
    startedAt: formatTimestamp(startedAt),
    ...(finishedAt === undefined ? {} : { finishedAt: formatTimestamp(finishedAt) }),
  };
}

function stateOf(one: Deployment, stalled: boolean): ShownDetails['state'] {
  const { status, paused, undoes, rollouts = [] } = one;
  if (status === 'queued') return status;
  if (status !== 'running') {
    return rollouts.some(({ phase }) => phase === 'holding') ? 'holding' : status;
  }
  if (paused !== undefined) return 'paused';
  if (awaitsPromotion(one)) return 'awaitingPromotion';
  if (stalled) return 'stalled';
  return undoes === undefined ? 'running' : 'rollingBack';
}

function presentInPlace({ scope, settings, apps }: InPlaceRollout) {
  return { scope, strategy: settings.strategy, apps };
}

function presentWait(wait: WaitingOn): ShownDetails['waitingOn'][0] {
  const { kind, app, deployment: other, instances, message, since, until } = wait;
  return {
    kind,
    ...given('id', app),
    ...given('deployment', other),
    instances,
    message,
    since: formatTimestamp(since),
    ...(until === undefined ? {} : { until: formatTimestamp(until) }),
  };
}

/** Of each rollout of a plan what it concerns. */
export function presentPlannedRollouts(
  { rollouts = [], inPlace = [] }: DeploymentPlan,
  waiting: Forecast['waiting'] = [],
): readonly ShownPlannedRollout[] {
  return [
    ...rollouts.map(({ scope, settings, twins, replaced }) => {
      const { strategy } = settings;
      const others = inPlace.find((one) => one.scope === scope)?.apps ?? [];
      const missing = waiting.find((one) => one.scope === scope)?.missing;
      const room = given('missing', missing);
      return { scope, strategy, twins, replaced, inPlace: others, ...room };
    }),
    ...inPlace
      .filter(({ scope }) => rollouts.every((one) => one.scope !== scope))
      .map(({ scope, settings: { strategy }, apps }) => {
        return { scope, strategy, twins: [], replaced: [], inPlace: apps };
      }),
  ];
}

/** The steps alone. */
export function presentSteps({
  steps,
}: DeploymentPlan): Pick<Shown<typeof deploymentSteps>, 'steps'> {
  return { steps: steps.map(({ actions }) => ({ actions: actions.map(presentAction) })) };
}

/** Those of a kind that some step acts on, in order of the steps. */
function affected(plan: DeploymentPlan, kind: (action: Action) => boolean): readonly string[] {
  const actions = plan.steps.flatMap((step) => step.actions).filter(kind);
  return [...new Set(actions.map(({ app }) => app))];
}

function presentAction(action: Action): Shown<typeof deployment>['steps'][0]['actions'][0] {
  const { kind, app } = action;
  return concernsPod(action) ? { action: kind, pod: app } : { action: kind, app };
}
