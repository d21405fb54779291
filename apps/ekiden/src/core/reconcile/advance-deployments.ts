import { eachInSteps, type Millis, type Steps } from '@ekiden/kernel';
import type { PathId } from '../app/index.js';
import {
  claimOf,
  dependantsOf,
  firstLevelOf,
  goesWhenAsked,
  impatientOf,
  isPromoted,
  isRetired,
  retiringIn,
  rolloutBy,
  sizeOfNew,
  stepChanging,
  twinsOf,
  verbOf,
  type Action,
  type Claim,
  type Deployment,
  type EdgeWait,
  type Step,
} from '../deployment/index.js';
import { deploymentSucceeded, stepEvent } from '../events/index.js';
import { effectiveRollout } from '../group/index.js';
import { isTerminal, type Instance } from '../instance/index.js';
import type { TurnContext } from '../turn/index.js';
import { isDone as isActionDone } from './action-done.js';
import { gateIn } from './dependency-hold.js';
import { advanceRollouts, servingOf } from './rollouts/index.js';
import { isReached } from './rules.js';
import { isSerial, isSettled } from './reach-serial.js';
import { passStepHooks } from './step-hooks.js';
import { passScopeHooks } from './tend-hooks.js';

/**
 * Moves a running deployment on as far as what is observed allows: announces the step, checks its
 * actions, goes to the next; and lets apps of later steps go ahead where nothing they depend on
 * keeps them. `looked` are those of its apps that something has happened to. Returns the apps whose
 * turn has come, for another look.
 */
export function* advanceDeployment(
  context: TurnContext,
  deployment: Deployment,
  looked: Iterable<PathId> = [],
): Steps<ReadonlySet<PathId>> {
  const { draft, now } = context;
  const opened = new Set<PathId>();
  const waiting = new Set<PathId>();
  const passed: PathId[] = [];
  if (deployment.paused !== undefined) return opened;
  let at = deployment;
  for (;;) {
    const step = at.plan.steps[at.step];
    if (step === undefined) {
      yield* finish(context, at);
      return opened;
    }
    if (!at.announced) {
      draft.events.push(stepEvent('deployment_info', at));
      at = { ...at, announced: true, stepSince: now, progressAt: now };
      draft.deployments.put(at.id, at);
      for (const { app } of step.actions) {
        if (at.step > 0) opened.add(app);
        // Their deadlines begin now.
        for (const other of impatientOf(at.plan, app)) waiting.add(other);
      }
    }
    const before = at.rollouts;
    at = advanceRollouts(context, at);
    // What a rollout has moved is looked at first.
    if (at.rollouts !== before) break;
    // Hooks may have begun meanwhile.
    at = draft.deployments.get(at.id) ?? at;
    // A step that has just been opened is judged after its apps have been looked at.
    const fresh = step.actions.some(({ app }) => opened.has(app));
    if (fresh || !(yield* areDone(context, at, step))) break;
    yield;
    if (!passStepHooks(context, at)) break;
    at = draft.deployments.get(at.id) ?? at;
    draft.events.push(stepEvent('deployment_step_success', at));
    for (const { app } of step.actions) {
      passed.push(app);
      // Nothing of it was to be started, so it was not waited for: from here on nothing holds it.
      if (goesWhenAsked(at, app)) opened.add(app);
    }
    at = { ...withoutPast(at), step: at.step + 1, announced: false, progressAt: now };
    draft.deployments.put(at.id, at);
  }
  // However far it came: nobody else would ask again for those whose turn comes with that.
  at = draft.deployments.get(at.id) ?? at;
  if (at.status !== 'running' || context.aborts.has(at.id)) return opened;
  const level = firstLevelOf(at.plan);
  const reachesLevels = deployment.step < level && level <= at.step;
  const candidates = reachesLevels
    ? at.plan.changes.map(({ id }) => id)
    : [...looked, ...passed, ...opened];
  yield* goAhead(context, at, { candidates, opened });
  for (const app of waiting) opened.add(app);
  return opened;
}

/** Apps of later steps have their turn as soon as what they depend on lets them. */
function* goAhead(
  { draft, now, aborts }: TurnContext,
  deployment: Deployment,
  { candidates, opened }: { readonly candidates: Iterable<PathId>; readonly opened: Set<PathId> },
): Steps<void> {
  const { plan } = deployment;
  const asked = new Set<PathId>();
  const gone: [PathId, Millis][] = [];
  const ask = (app: PathId): string | undefined => {
    if (asked.has(app)) return undefined;
    asked.add(app);
    const gate = gateIn(draft, { deployment, app, now });
    if (gate.kind === 'failed') return lateness(app, gate.wait);
    // What has its own turn just now is judged when it has been looked at.
    const edges = plan.edges?.[app] ?? [];
    const isEarly = edges.some(({ on, inCircle }) => inCircle !== true && opened.has(on));
    if (gate.kind === 'open' && !isEarly && goesWhenAsked(deployment, app)) gone.push([app, now]);
    return undefined;
  };
  for (const candidate of candidates) {
    for (const app of [candidate, ...dependantsOf(plan, candidate)]) {
      const failure = ask(app);
      if (failure !== undefined) {
        aborts.set(deployment.id, failure);
        return;
      }
      if (asked.size % ACTIONS_PER_STEP === 0) yield;
    }
  }
  if (gone.length > 0) {
    const ahead = Object.fromEntries(
      [...Object.entries(deployment.ahead ?? {}), ...gone].sort(([a], [b]) => (a < b ? -1 : 1)),
    );
    draft.deployments.put(deployment.id, { ...deployment, ahead, progressAt: now });
    for (const [app] of gone) {
      opened.add(app);
      for (const other of impatientOf(plan, app)) opened.add(other);
    }
  }
}

function lateness(app: PathId, { on, since, until = since }: EdgeWait): string {
  const waited = Math.round((until - since) / 1_000);
  return `'${on}' was not up after ${waited} s, and '${app}' does not go without it`;
}

/** Those that went ahead are remembered until the step they belong to has passed. */
function withoutPast({ ahead, ...rest }: Deployment): Deployment {
  if (ahead === undefined) return rest;
  const later = Object.entries(ahead).filter(
    ([app]) => (stepChanging(rest.plan, app as PathId) ?? 0) > rest.step,
  );
  return later.length === 0 ? rest : { ...rest, ahead: Object.fromEntries(later) };
}

const ACTIONS_PER_STEP = 200;

function* areDone(context: TurnContext, deployment: Deployment, step: Step): Steps<boolean> {
  if (step.promotes !== undefined) return hasTakenOver(deployment, step.promotes);
  for (const [index, action] of step.actions.entries()) {
    if (!isDone(context, action)) return false;
    if (index % ACTIONS_PER_STEP === ACTIONS_PER_STEP - 1) yield;
  }
  return true;
}

/** The new generation is the live one, and what was to be done after that is done. */
function hasTakenOver({ rollouts = [] }: Deployment, scope: PathId): boolean {
  const progress = rollouts.find((one) => one.scope === scope);
  return progress === undefined || progress.phase === 'holding' || isRetired(progress);
}

/** The new generation of a twin has the size it is to have for now; nothing of it is live yet. */
function isBeside(context: TurnContext, { planned, progress, twin, deployment }: Claim): boolean {
  if (progress.phase === 'reserving') return false;
  const wanted = context.draft.apps.get(twin.id)?.instances ?? 0;
  const open = isReached(deployment, twin.id);
  const size = sizeOfNew(planned.settings, progress, { wanted, open });
  return servingOf(context, twin, isPromoted(progress) ? undefined : 'preview') >= size;
}

function isDone(context: TurnContext, action: Action): boolean {
  const { draft } = context;
  const verb = verbOf(action);
  // Says no more than that there is a new app: its generation starts in a step of its own.
  if (verb === 'Start') return true;
  const claim = claimOf(draft.deployments, action.app);
  if (claim?.deployment.status === 'running') return isBeside(context, claim);
  // What is left of another generation goes first: an aborted rollout ends without a trace.
  const isLeft = draft.instances.by('beside', action.app).some((each) => !isGone(each));
  if (isLeft) return false;
  if (!isActionDone(draft, action)) return false;
  const app = draft.apps.get(action.app);
  if (verb === 'Stop' || app === undefined) return true;
  // Where nothing is left to start, nothing is waited for; what comes first comes first even so.
  if (!isSerial(context, app)) return passScopeHooks(context, app.id, 'beforeStart');
  const config = app.versionInfo.lastConfigChangeAt;
  const slots = draft.instances.by('app', app.id).filter(({ goal }) => goal === 'Running');
  return slots.every((one) => isSettled(context, one, config));
}

function isGone({ condition }: Instance): boolean {
  return isTerminal(condition) || condition === 'UnreachableInactive';
}

function* finish(context: TurnContext, deployment: Deployment): Steps<void> {
  const { draft, now } = context;
  for (const step of deployment.plan.steps) {
    yield* eachInSteps(step.actions, (action) => {
      if (verbOf(action) === 'Stop') forget(context, action.app);
    });
  }
  draft.deployments.put(deployment.id, { ...deployment, status: 'succeeded', finishedAt: now });
  // From here on the definitions say how they are governed, not the plan, and nothing holds those
  // that had what they were to have before they were let go.
  for (const id of Object.keys(deployment.plan.edges ?? {})) draft.dirty.add(id as PathId);
  for (const { apps } of deployment.plan.inPlace ?? []) for (const id of apps) draft.dirty.add(id);
  for (const { twins } of deployment.plan.rollouts ?? []) {
    for (const id of twins) draft.dirty.add(id);
  }
  // Those of which something else has been said meanwhile go by that now.
  yield* eachInSteps(deployment.plan.changes, ({ id }) => {
    const planned = rolloutBy(deployment.plan, draft, id)?.settings;
    if (planned !== effectiveRollout(draft, id)?.settings) draft.dirty.add(id);
  });
  draft.events.push(deploymentSucceeded(deployment.plan));
}

/** The last traces of a removed app or pod, once nothing of it is left. */
function forget(context: TurnContext, app: PathId): void {
  const { draft } = context;
  if (draft.apps.has(app)) return;
  draft.taskFailures.remove(app);
  draft.events.push({ type: 'app_terminated_event', appId: app });
}

function hasEnded({ status }: Deployment): boolean {
  return status !== 'running' && status !== 'queued';
}

/** Keeps the newest finished deployments only. */
export function pruneHistory(context: TurnContext): void {
  const { draft, settings } = context;
  const { deployments } = draft;
  const open =
    deployments.by('status', 'running').length + deployments.by('status', 'queued').length;
  const finished = deployments.size - open;
  if (finished <= settings.deploymentHistory) return;
  const oldestFirst = [...draft.deployments.values()]
    .filter((one) => hasEnded(one) && twinsOf(one).length + retiringIn(one).length === 0)
    .sort((a, b) => (a.finishedAt ?? 0) - (b.finishedAt ?? 0));
  const excess = oldestFirst.slice(0, finished - settings.deploymentHistory);
  for (const { id } of excess) draft.deployments.remove(id);
}
