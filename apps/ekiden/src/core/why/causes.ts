import { formatTimestamp, mapInSteps, millis, type Millis, type Steps } from '@ekiden/kernel';
import type { AppDefinition } from '../app/index.js';
import { stepChanging, verbOf, type Action, type Deployment } from '../deployment/index.js';
import { isHealthyAndReady, isTerminal, launchDelayId, type Instance } from '../instance/index.js';
import { leavingNotes } from '../pool/index.js';
import { holdNotes, overdueKillNotes, unknownTaskNotes } from '../reconcile/index.js';
import type { StateView } from '../turn/index.js';
import { checkCauses } from './check-causes.js';
import { ownDeploymentCauses } from './deployment-causes.js';
import { edgeCauses } from './edge-causes.js';
import type { Inquiry } from './inquiry.js';
import { counted, duration, listed, someOf } from './phrases.js';
import { definitionOf, presentOnes } from './present-ones.js';
import { closedRoutes, unroutedPreviews } from './route-causes.js';
import type { Cause, Counts } from './report.js';
import { volumeCauses } from './volume-causes.js';

/** Things of one sort that are named one by one. */
const NAMED = 3;

/** A start that takes longer than this is worth a word. */
const STARTING_SHOWN = 10_000;

/** The instances of an app that are meant to run, and the definitions they run from. */
export function countsOf(state: StateView, app: AppDefinition): Counts {
  const config = app.versionInfo.lastConfigChangeAt;
  let running = 0;
  let healthy = 0;
  let waiting = 0;
  let old = 0;
  for (const instance of presentOnes(state, app)) {
    if (instance.goal !== 'Running') continue;
    if (instance.condition === 'Scheduled') waiting += 1;
    if (instance.condition !== 'Running') continue;
    if (instance.configVersion !== config) {
      old += 1;
      continue;
    }
    running += 1;
    if (isHealthyAndReady(instance, definitionOf(state, instance))) healthy += 1;
  }
  return { wanted: app.instances, running, healthy, waiting, old };
}

/**
 * Everything that holds an app back but its turn in a deployment, and where its instances could be
 * placed; in no order.
 */
export function causesOf(inquiry: Inquiry, app: AppDefinition): readonly Cause[] {
  const { state } = inquiry;
  return [
    ...faultCause(state, app),
    ...volumeCauses(inquiry, app),
    ...ownDeploymentCauses(state, app),
    ...backoffCause(inquiry, app),
    ...startingCauses(inquiry, app),
    ...unreachableCauses(inquiry, app),
    ...checkCauses(inquiry, app),
    ...stoppingCause(inquiry, app),
    ...preemptionCauses(inquiry, app),
    ...closedRoutes(inquiry, app),
    ...unroutedPreviews(inquiry, app),
    ...leavingNotes(state, app).map((message): Cause => ({ kind: 'drain', message })),
    ...holdNotes(state, app.id).map((message): Cause => ({ kind: 'healthHold', message })),
    ...overdueKillNotes(state, app.id).map((message): Cause => ({ kind: 'stopping', message })),
    ...unknownTaskNotes(state, app.id).map((message): Cause => ({ kind: 'unknownTask', message })),
  ];
}

/** Room that is made for it, and instances of it that make room for others. */
function preemptionCauses({ state }: Inquiry, app: AppDefinition): readonly Cause[] {
  const { evictions } = state;
  const coming = evictions.by('for', app.id);
  const until = coming[0]?.at;
  const own = evictions.by('app', app.id);
  const [notice] = own;
  return [
    ...(until === undefined
      ? []
      : [
          {
            kind: 'preemption' as const,
            message: `${counted(coming.length, 'task')} of a lower priority ${coming.length === 1 ? 'makes' : 'make'} room for it by ${formatTimestamp(until)}`,
            until,
          },
        ]),
    ...(notice === undefined
      ? []
      : [
          {
            kind: 'preemption' as const,
            message: `${counted(own.length, 'instance')} ${own.length === 1 ? 'makes' : 'make'} room for ${notice.forApp}, which has a higher priority, at ${formatTimestamp(notice.at)}`,
            until: notice.at,
          },
        ]),
  ];
}

function faultCause({ frozen }: StateView, { id }: AppDefinition): readonly Cause[] {
  const fault = frozen.get(id);
  if (fault === undefined) return [];
  return [{ kind: 'fault', message: `set aside after a fault of the service: ${fault}` }];
}

/** A deployment that has not come to the app yet waits for what stands before it. */
export function* turnCauses(inquiry: Inquiry, app: AppDefinition): Steps<readonly Cause[]> {
  const { state } = inquiry;
  const deployment = state.deployments.by('app', app.id)[0];
  if (deployment === undefined) return [];
  const own = stepChanging(deployment.plan, app.id);
  const progressOf = (id: AppDefinition['id']): string | undefined =>
    unfinishedAction(state, { kind: 'ScaleApplication', app: id });
  const edges = edgeCauses(inquiry, app, { deployment, progressOf });
  if (edges.length > 0) return edges;
  if (own === undefined || own <= deployment.step) return [];
  const waits = yield* unfinished(inquiry, deployment);
  const step = `step ${deployment.step + 1} of ${deployment.plan.steps.length}`;
  const what = waits.length === 0 ? step : `${step}: ${someOf(waits, NAMED)}`;
  const message = `its turn comes at step ${own + 1} of deployment ${deployment.id}, which is at ${what}`;
  return [{ kind: 'dependency', message, since: deployment.progressAt }];
}

/** What the step under way still waits for: "/db (0 of 1 healthy)". */
export function* unfinished(
  inquiry: Inquiry,
  { id, plan, step }: Deployment,
): Steps<readonly string[]> {
  const known = inquiry.waits.get(id);
  if (known !== undefined) return known;
  const actions = plan.steps[step]?.actions ?? [];
  const told = yield* mapInSteps(actions, (action) => unfinishedAction(inquiry.state, action));
  const waits = told.filter((text) => text !== undefined);
  inquiry.waits.set(id, waits);
  return waits;
}

function unfinishedAction(state: StateView, action: Action): string | undefined {
  const { app: id } = action;
  if (verbOf(action) === 'Start') return undefined;
  const app = state.root.apps.get(id);
  if (verbOf(action) === 'Stop' || app === undefined) {
    const left = state.instances.count('app', id);
    return left === 0 ? undefined : `${id} (${counted(left, 'instance')} to stop)`;
  }
  const config = app.versionInfo.lastConfigChangeAt;
  const present = presentOnes(state, app);
  const fresh = present.filter(
    ({ goal, configVersion }) => goal === 'Running' && configVersion === config,
  );
  const serving = fresh.filter((each) => isHealthyAndReady(each, definitionOf(state, each))).length;
  // An old version that is kept beside the new one is not waited for.
  const isBeside = fresh.some(({ generation }) => generation !== undefined);
  const left = isBeside ? fresh.length : present.length;
  if (serving >= app.instances && left === app.instances) return undefined;
  const how = app.healthChecks.length > 0 ? 'healthy' : 'running';
  const old = left - fresh.length;
  const also = serving >= app.instances && old > 0 ? `, ${old} to stop` : '';
  return `${id} (${serving} of ${app.instances} ${how}${also})`;
}

function backoffCause({ state, now }: Inquiry, app: AppDefinition): readonly Cause[] {
  const failure = state.taskFailures.get(app.id);
  const isPresent = failure !== undefined && failure.version >= app.versionInfo.lastConfigChangeAt;
  const delay = state.launchDelays.get(launchDelayId(app.id, app.versionInfo.lastConfigChangeAt));
  const how = failure === undefined ? 'a failure' : `a failure (${endText(failure)})`;
  if (delay !== undefined && delay.until > now && state.instances.count('scheduled', app.id) > 0) {
    const left = duration(delay.until - now);
    const message = `launch delayed for ${left} more, until ${formatTimestamp(delay.until)}, after ${how}`;
    return [{ kind: 'backoff', message, until: delay.until }];
  }
  if (!isPresent) return [];
  const message = `the last task failed: ${endText(failure)}`;
  return [{ kind: 'failure', message, since: failure.at }];
}

function endText({
  message,
  exitCode,
  host,
}: {
  readonly message: string;
  readonly exitCode?: number;
  readonly host: string;
}): string {
  const code =
    exitCode === undefined || message.includes(`${exitCode}`) ? '' : `, exit code ${exitCode}`;
  return `${message === '' ? 'without a word' : message}${code}, on ${host}`;
}

function startingCauses({ state, now }: Inquiry, app: AppDefinition): readonly Cause[] {
  const slow = presentOnes(state, app).filter(
    ({ condition, kill, since }) =>
      STARTING.has(condition) && kill === undefined && now - since >= STARTING_SHOWN,
  );
  const [first] = slow;
  if (first === undefined) return [];
  const since = Math.min(...slow.map((each) => each.since));
  const hosts = [...new Set(slow.flatMap(({ task }) => task?.host ?? []))].sort();
  const message = `${counted(slow.length, 'instance')} on ${someOf(hosts, NAMED)} ${slow.length === 1 ? 'is' : 'are'} starting for ${duration(now - since)} already`;
  return [{ kind: 'starting', message, since: millis(since) }];
}

const STARTING: ReadonlySet<string> = new Set(['Provisioned', 'Staging', 'Starting']);

/** What nobody can reach, and what the app's `unreachableStrategy` does about it when. */
function unreachableCauses({ state }: Inquiry, app: AppDefinition): readonly Cause[] {
  const byHost = new Map<string, Instance[]>();
  for (const instance of state.instances.by('app', app.id)) {
    const { condition, task, goal } = instance;
    if (goal !== 'Running' || task === undefined || !LOST.has(condition)) continue;
    const together = byHost.get(task.host);
    if (together === undefined) byHost.set(task.host, [instance]);
    else together.push(instance);
  }
  return [...byHost].slice(0, NAMED).map(([host, lost]) => {
    const since = lost.reduce(
      (at, each) => Math.min(at, each.task?.unreachableSince ?? each.since),
      Infinity,
    );
    const what = `${counted(lost.length, 'instance')} on ${host} ${lost.length === 1 ? 'is' : 'are'} out of reach`;
    const strategy = app.unreachableStrategy;
    if (strategy === 'disabled') {
      const message = `${what} and never replaced, as unreachableStrategy is disabled`;
      return { kind: 'unreachable', message, since: millis(since) };
    }
    const until = millis(since + strategy.inactiveAfterSeconds * 1000);
    const replaced = lost.every(({ condition }) => condition === 'UnreachableInactive');
    const message = replaced
      ? `${what} and replaced already`
      : `${what} and replaced at ${formatTimestamp(until)} (unreachableStrategy.inactiveAfterSeconds)`;
    return { kind: 'unreachable', message, since: millis(since), ...(replaced ? {} : { until }) };
  });
}

const LOST: ReadonlySet<string> = new Set(['Unreachable', 'UnreachableInactive', 'Unknown']);

/** What is told to end and has not, for longer than that usually takes. */
function stoppingCause({ state, now }: Inquiry, app: AppDefinition): readonly Cause[] {
  const slow = state.instances
    .by('app', app.id)
    .filter(
      ({ kill, condition }) =>
        kill !== undefined && !isTerminal(condition) && now - kill.since >= STARTING_SHOWN,
    );
  const [first] = slow;
  if (first?.kill === undefined) return [];
  const reasons = [...new Set(slow.flatMap(({ kill }) => kill?.reason ?? []))].sort();
  const since = slow.reduce(
    (at, { kill }) => Math.min(at, kill?.since ?? at),
    Number(now),
  ) as Millis;
  const message = `${counted(slow.length, 'instance')} told to stop ${duration(now - since)} ago (${listed(reasons)}) ${slow.length === 1 ? 'runs' : 'run'} still`;
  return [{ kind: 'stopping', message, since }];
}
