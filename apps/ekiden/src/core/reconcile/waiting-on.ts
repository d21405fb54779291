import { millis, seconds, type Millis, type TaskId } from '@ekiden/kernel';
import { DEFAULT_KILL_GRACE_SECONDS, type AppDefinition, type PathId } from '../app/index.js';
import {
  hookOfRun,
  retiringIn,
  rolloutBy,
  standsSince,
  verbOf,
  type Action,
  type Deployment,
} from '../deployment/index.js';
import type { Group } from '../group/index.js';
import { longestGrace } from '../health/index.js';
import {
  isHealthy,
  isHealthyAndReady,
  isTerminal,
  launchDelayOf,
  type DelayView,
  type Instance,
} from '../instance/index.js';
import {
  appVersionKey,
  drainStage,
  type AppVersionKey,
  type ConfirmedRoutes,
  type Drain,
  type KillAsk,
  type OrchestratorSettings,
} from '../turn/index.js';
import { instancesInQuestion, rolloutWaits } from './rollout-waits.js';
import { roomKept } from './removed-users.js';
import { runViewOf, type CommittedView } from './action-done.js';
import { gateIn } from './dependency-hold.js';
import { edgeWait, hasTurn } from './dependency-waits.js';

/** What something waits for. */
export type WaitKind =
  /** An operator who said so. */
  | 'resume'
  /** The end of another deployment that changes the same. */
  | 'deployment'
  /** A place on some agent; `why` tells more. */
  | 'offers'
  /** A delay after failures. */
  | 'backoff'
  /** The start of tasks. */
  | 'start'
  | 'health'
  | 'readiness'
  /** The end of what is under way to tasks that are to stop. */
  | 'drain'
  /** The end of tasks that were told to stop. */
  | 'stop'
  /** The hooks of a rollout. */
  | 'hook'
  /** A host that cannot be reached. */
  | 'agent'
  /** Something that the app depends on. */
  | 'dependency'
  /** Instances of an older configuration, kept until newer ones do their work. */
  | 'replacement'
  /** Room for the whole of a second generation. */
  | 'capacity'
  /** Somebody who promotes a second generation, or opens the gate of a canary. */
  | 'promotion'
  /** The end of a pause of a canary. */
  | 'pause'
  /** Routers that are to confirm a switch. */
  | 'router';

/** One thing a deployment waits for (DESIGN 7): since when, and until when at most. */
export interface WaitingOn {
  readonly kind: WaitKind;
  readonly app?: PathId;
  /** Id of the deployment that it waits for. */
  readonly deployment?: string;
  /** How many instances wait for it. */
  readonly instances: number;
  /** One sentence. */
  readonly message: string;
  readonly since: Millis;
  /** When something else happens at the latest; absent = nothing is bound to. */
  readonly until?: Millis;
}

interface View extends DelayView {
  readonly deployments: { get(id: string): Deployment | undefined };
  readonly instances: CommittedView['instances'];
  readonly drains: { get(id: TaskId): Drain | undefined };
  readonly confirmed: ConfirmedRoutes;
  readonly killAsks: { get(id: TaskId): KillAsk | undefined };
  readonly appVersions: { get(key: AppVersionKey): AppDefinition | undefined };
  readonly root: {
    readonly apps: { get(id: PathId): AppDefinition | undefined };
    readonly groups: { get(id: PathId): Group | undefined };
  };
}

type Settings = Pick<OrchestratorSettings, 'stagingDeadline' | 'progressDeadline'>;

/** Most that is told of one deployment; it may change ten thousand apps. */
const TOLD_MAX = 50;

/** Everything that it waits for, by app and in the order of its actions. */
export function waitingOn(
  view: View,
  deployment: Deployment,
  settings: Settings,
  now: Millis,
): readonly WaitingOn[] {
  const { paused, plan, step, status } = deployment;
  const own = ownWaits(view, deployment);
  if (status !== 'running' && status !== 'queued') return own;
  if (paused !== undefined) return own;
  if (status === 'queued') return queueWaits(view, deployment);
  const told: WaitingOn[] = [...own];
  const run = runViewOf(view);
  for (const [index, { actions }] of plan.steps.entries()) {
    if (index < step) continue;
    for (const action of actions) {
      const { app } = action;
      if (verbOf(action) === 'Start') continue;
      const gate = gateIn(run, { deployment, app, now });
      if (gate.kind === 'held') told.push(...gate.waits.map((wait) => edgeWait(app, wait)));
      else if (gate.kind === 'open' && hasTurn(deployment, app, index)) {
        const instances = instancesInQuestion(view, deployment, app);
        const waits = waitsOf(view, { action, instances }, settings);
        told.push(...waits.map((wait) => withRoomKept(view, deployment, wait)));
      }
      if (told.length >= TOLD_MAX) return told.slice(0, TOLD_MAX);
    }
  }
  return told;
}

/**
 * What it waits for itself, beside its instances and what those depend on: an operator, hooks, and
 * what its rollouts need. Also of an old version that is given up after its success.
 */
export function ownWaits(view: Pick<View, 'root'>, deployment: Deployment): readonly WaitingOn[] {
  const { paused, status } = deployment;
  const isUnderWay = status === 'running' || status === 'queued';
  if (!isUnderWay && retiringIn(deployment).length === 0) return [];
  if (paused !== undefined && isUnderWay) {
    const { reason } = paused;
    const because = reason === undefined ? 'by an operator' : `as it cannot go on: ${reason}`;
    const message = `paused ${because}; resume it to go on, or abort it`;
    return [{ kind: 'resume', instances: 0, message, since: paused.since }];
  }
  return [...rolloutWaits(deployment), ...hookWaits(view, deployment)];
}

/** What would make room for it and may not yet is told with it. */
function withRoomKept({ root, instances }: View, deployment: Deployment, wait: WaitingOn) {
  if (wait.kind !== 'offers') return wait;
  const notes = roomKept({ ...root, instances }, deployment);
  return { ...wait, message: [wait.message, ...notes].join('; ') };
}

/** Those in its way that have not ended. */
function queueWaits(
  { deployments }: View,
  { queued, queuedAt, startedAt }: Deployment,
): readonly WaitingOn[] {
  return (queued?.waitsFor ?? []).flatMap((id): readonly WaitingOn[] => {
    const other = deployments.get(id);
    if (other?.status !== 'running' && other?.status !== 'queued') return [];
    const how = other.status === 'running' ? 'changes the same' : 'is to change the same before it';
    const message = `deployment ${id} ${how}`;
    const since = queuedAt ?? startedAt;
    return [{ kind: 'deployment', deployment: id, instances: 0, message, since }];
  });
}

function hookWaits(
  view: Pick<View, 'root'>,
  { hooks = [], plan }: Deployment,
): readonly WaitingOn[] {
  return hooks
    .filter(({ state }) => state === 'running' || state === 'again')
    .map((run) => {
      const { app, at, slot, kind, startedAt: since } = run;
      const rollout = rolloutBy(plan, view.root, app);
      const hook =
        rollout?.scope === run.scope ? hookOfRun(rollout.settings.hooks, run) : undefined;
      const where = slot === undefined ? '' : ` (slot ${slot})`;
      const how = kind === 'http' ? 'is being called' : 'runs';
      const wait: WaitingOn = {
        kind: 'hook',
        app,
        instances: slot === undefined ? 0 : 1,
        message: `${app}: hook ${at}${where} ${how}`,
        since,
      };
      return hook === undefined || kind === 'command'
        ? wait
        : { ...wait, until: millis(since + seconds(hook.timeoutSeconds)) };
    });
}

/**
 * When a deployment that does not move any more counts as stalled: never before the longest grace
 * period of what it starts is over (rollouts.md, Deadline).
 */
export function stallsAt(
  { root }: Pick<View, 'root'>,
  deployment: Deployment,
  { progressDeadline }: Settings,
): Millis {
  const { plan, step } = deployment;
  let own = 0;
  let grace = 0;
  for (const { app } of plan.steps[step]?.actions ?? []) {
    const rollout = rolloutBy(plan, root, app)?.settings;
    if (rollout !== undefined) own = Math.max(own, seconds(rollout.progressDeadlineSeconds));
    const definition = root.apps.get(app);
    if (definition !== undefined) grace = Math.max(grace, longestGrace(definition));
  }
  const patience = own === 0 ? progressDeadline : own;
  return millis(standsSince(deployment) + Math.max(patience, grace));
}

interface Waiting {
  readonly kind: OfInstances | 'confirmation';
  readonly since: Millis;
  readonly until?: Millis;
}

/** What instances wait for. */
type OfInstances = Exclude<WaitKind, 'deployment' | 'capacity' | 'promotion' | 'pause' | 'router'>;

function waitsOf(
  view: View,
  { action, instances }: { readonly action: Action; readonly instances: readonly Instance[] },
  settings: Settings,
): readonly WaitingOn[] {
  if (verbOf(action) === 'Start') return [];
  const app = view.root.apps.get(action.app);
  const waits = new Map<
    Waiting['kind'],
    { count: number; since: Millis; until: Millis | undefined }
  >();
  for (const instance of instances) {
    const wait = waitOf(view, instance, { app, settings });
    if (wait === undefined) continue;
    const known = waits.get(wait.kind);
    if (known === undefined) {
      waits.set(wait.kind, { count: 1, since: wait.since, until: wait.until });
      continue;
    }
    known.count += 1;
    known.since = millis(Math.min(known.since, wait.since));
    if (wait.until !== undefined) known.until = millis(Math.max(known.until ?? 0, wait.until));
  }
  const told = [...waits].map(([kind, { count, since, until }]) => ({
    kind: kind === 'confirmation' ? ('drain' as const) : kind,
    app: action.app,
    instances: count,
    message: sentence(action.app, kind, count),
    since,
    ...(until !== undefined && { until }),
  }));
  return app === undefined ? told : [...told, ...spareOnes(app, instances, told)];
}

/** Where those that are to stay do not work, those beyond the number are kept (`serial`). */
function spareOnes(
  { id, instances: wanted, versionInfo }: AppDefinition,
  instances: readonly Instance[],
  told: readonly WaitingOn[],
): readonly WaitingOn[] {
  const ill = told.find(({ kind }) => kind === 'health' || kind === 'readiness');
  const kept = instances.filter(
    ({ goal, generation, configVersion }) =>
      goal === 'Running' &&
      generation === undefined &&
      configVersion === versionInfo.lastConfigChangeAt,
  );
  const spare = kept.length - wanted;
  if (ill === undefined || spare <= 0) return [];
  const what = spare === 1 ? '1 instance more than wanted is' : `${spare} more than wanted are`;
  const message = `${id}: ${what} kept until those that are to stay work; kill with scale=true what is to go all the same`;
  return [{ kind: ill.kind, app: id, instances: spare, message, since: ill.since }];
}

interface Context {
  /** As it shall be; `undefined`: it shall go. */
  readonly app: AppDefinition | undefined;
  readonly settings: Settings;
}

/** What one instance makes its deployment wait for, if anything. */
function waitOf(view: View, instance: Instance, { app, settings }: Context): Waiting | undefined {
  const { condition, task, kill, since, goal } = instance;
  const definition = view.appVersions.get(appVersionKey(instance.appId, instance.appVersion));
  if (isTerminal(condition) || condition === 'UnreachableInactive') return undefined;
  if (condition === 'Unreachable') return { kind: 'agent', since: task?.unreachableSince ?? since };
  if (goal !== 'Running' || kill !== undefined || app === undefined) {
    const drain = task && view.drains.get(task.id);
    if (drain !== undefined) return drainWait(drain, view.confirmed);
    const grace = definition?.taskKillGracePeriodSeconds ?? DEFAULT_KILL_GRACE_SECONDS;
    const asked = task && view.killAsks.get(task.id)?.firstAt;
    const from = asked ?? kill?.since ?? since;
    return { kind: 'stop', since: from, until: millis(from + seconds(grace)) };
  }
  if (condition === 'Scheduled') {
    const delay = launchDelayOf(view, instance, definition);
    if (delay !== undefined) return { kind: 'backoff', since, until: delay.until };
    return { kind: 'offers', since };
  }
  if (instance.configVersion !== app.versionInfo.lastConfigChangeAt) {
    return { kind: 'replacement', since };
  }
  if (condition !== 'Running') {
    const until = millis((task?.stagedAt ?? since) + settings.stagingDeadline);
    return { kind: 'start', since: task?.stagedAt ?? since, until };
  }
  const started = task?.startedAt ?? since;
  if (!isHealthy(instance, definition)) {
    const grace = definition === undefined ? millis(0) : longestGrace(definition);
    return { kind: 'health', since: started, until: millis(started + grace) };
  }
  if (!isHealthyAndReady(instance, definition)) return { kind: 'readiness', since: started };
  return undefined;
}

function drainWait(drain: Drain, confirmed: ConfirmedRoutes): Waiting {
  const { since, until } = drain;
  const unsure = drainStage(drain, confirmed) === 'leaving';
  return { kind: unsure ? 'confirmation' : 'drain', since, until };
}

const SENTENCES: Readonly<Record<Waiting['kind'], readonly [one: string, many: string]>> = {
  resume: ['waits for an operator', 'wait for an operator'],
  offers: ['waits for a place on an agent', 'wait for a place on an agent'],
  backoff: ['waits before the next try after failures', 'wait before the next try after failures'],
  start: ['is being started', 'are being started'],
  health: ['runs and is not healthy yet', 'run and are not healthy yet'],
  readiness: ['is healthy and not ready yet', 'are healthy and not ready yet'],
  confirmation: [
    'is to stop once the router confirms that nothing new gets there',
    'are to stop once the router confirms that nothing new gets there',
  ],
  drain: [
    'ends the requests and connections it has before it is stopped',
    'end the requests and connections they have before they are stopped',
  ],
  hook: ['waits for a hook', 'wait for a hook'],
  stop: ['is being stopped', 'are being stopped'],
  agent: ['is on an agent that cannot be reached', 'are on agents that cannot be reached'],
  dependency: ['waits for what it depends on', 'wait for what it depends on'],
  replacement: [
    'of an older version runs until newer ones do its work',
    'of an older version run until newer ones do their work',
  ],
};

function sentence(app: PathId, kind: Waiting['kind'], count: number): string {
  const [one, many] = SENTENCES[kind];
  return count === 1 ? `${app}: 1 instance ${one}` : `${app}: ${count} instances ${many}`;
}
