import { eachInSteps, type Steps } from '@ekiden/kernel';
import type { PathId } from '../app/index.js';
import {
  claimOf,
  isPromoted,
  sizeOfNew,
  twinsOf,
  verbOf,
  type Action,
  type Claim,
  type Deployment,
  type Step,
} from '../deployment/index.js';
import { deploymentSucceeded, stepEvent } from '../events/index.js';
import { isHealthyAndReady, isPutAway, isTerminal, type Instance } from '../instance/index.js';
import type { TurnContext } from '../turn/index.js';
import { advanceRollouts, servingOf } from './rollouts/index.js';
import { isReached } from './rules.js';
import { isSerial, isSettled } from './reach-serial.js';
import { passStepHooks } from './step-hooks.js';

/**
 * Moves a running deployment on as far as what is observed allows: announces the step, checks its
 * actions, goes to the next. Returns the apps a new step has opened, for another look.
 */
export function* advanceDeployment(
  context: TurnContext,
  deployment: Deployment,
): Steps<ReadonlySet<PathId>> {
  const { draft, now } = context;
  const opened = new Set<PathId>();
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
      at = { ...at, announced: true, progressAt: now };
      draft.deployments.put(at.id, at);
      if (at.step > 0) for (const { app } of step.actions) opened.add(app);
    }
    const before = at.rollouts;
    at = advanceRollouts(context, at);
    if (at.rollouts !== before) return opened;
    // Hooks may have begun meanwhile.
    at = draft.deployments.get(at.id) ?? at;
    // A step that has just been opened is judged after its apps have been looked at.
    const fresh = step.actions.some(({ app }) => opened.has(app));
    if (fresh || !(yield* areDone(context, at, step))) return opened;
    yield;
    if (!passStepHooks(context, at)) return opened;
    at = draft.deployments.get(at.id) ?? at;
    draft.events.push(stepEvent('deployment_step_success', at));
    at = { ...at, step: at.step + 1, announced: false, progressAt: now };
    draft.deployments.put(at.id, at);
  }
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
  return progress === undefined || progress.phase === 'holding' || progress.phase === 'over';
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
  const claim = claimOf(draft.deployments, action.app);
  if (claim?.deployment.status === 'running') return isBeside(context, claim);
  // What is left of another generation goes first: an aborted rollout ends without a trace.
  const isLeft = draft.instances.by('beside', action.app).some((each) => !isGone(each));
  if (verb !== 'Start' && isLeft) return false;
  if (verb !== 'Start' && isUnderWay(context, action.app)) return false;
  // One that is replaced already because its host is lost keeps nothing waiting.
  const instances = draft.instances
    .by('app', action.app)
    .filter((each) => each.condition !== 'UnreachableInactive' && !isOutOfTheWay(each));
  switch (verb) {
    case 'Start':
      return true;
    case 'Stop':
      return instances.length === 0;
    case 'Scale':
    case 'Restart': {
      const app = draft.apps.get(action.app);
      if (app === undefined) return instances.length === 0;
      const config = app.versionInfo.lastConfigChangeAt;
      const serving = instances.filter(
        (i) =>
          i.goal === 'Running' &&
          i.configVersion === config &&
          isHealthyAndReady(i, draft.definitionOf(i)),
      );
      if (serving.length !== app.instances || instances.length !== app.instances) return false;
      return !isSerial(context, app) || serving.every((one) => isSettled(context, one, config));
    }
  }
}

function isGone({ condition }: Instance): boolean {
  return isTerminal(condition) || condition === 'UnreachableInactive';
}

/** Put away with its data; what cannot be reached counts as stopped (marathon-behaviour 1.4). */
function isOutOfTheWay(instance: Instance): boolean {
  const lost = instance.condition === 'Unreachable';
  return isPutAway(instance) || (instance.goal === 'Stopped' && lost);
}

/** What is being started or stopped shows without a look at all that runs. */
function isUnderWay({ draft }: TurnContext, app: PathId): boolean {
  if (draft.instances.by('scheduled', app).some((each) => !isOutOfTheWay(each))) return true;
  return draft.instances
    .by('restless', app)
    .some(
      (each) =>
        each.condition !== 'Running' &&
        each.condition !== 'UnreachableInactive' &&
        !isOutOfTheWay(each),
    );
}

function* finish(context: TurnContext, deployment: Deployment): Steps<void> {
  const { draft, now } = context;
  for (const step of deployment.plan.steps) {
    yield* eachInSteps(step.actions, (action) => {
      if (verbOf(action) === 'Stop') forget(context, action.app);
    });
  }
  draft.deployments.put(deployment.id, { ...deployment, status: 'succeeded', finishedAt: now });
  draft.events.push(deploymentSucceeded(deployment.plan));
}

/** The last traces of a removed app or pod, once nothing of it is left. */
function forget(context: TurnContext, app: PathId): void {
  const { draft } = context;
  if (draft.apps.has(app)) return;
  draft.taskFailures.remove(app);
  draft.events.push({ type: 'app_terminated_event', appId: app });
}

/** Keeps the newest finished deployments only. */
export function pruneHistory(context: TurnContext): void {
  const { draft, settings } = context;
  const finished = draft.deployments.size - draft.deployments.by('status', 'running').length;
  if (finished <= settings.deploymentHistory) return;
  const oldestFirst = [...draft.deployments.values()]
    .filter((one) => one.status !== 'running' && twinsOf(one).length === 0)
    .sort((a, b) => (a.finishedAt ?? 0) - (b.finishedAt ?? 0));
  const excess = oldestFirst.slice(0, finished - settings.deploymentHistory);
  for (const { id } of excess) draft.deployments.remove(id);
}
