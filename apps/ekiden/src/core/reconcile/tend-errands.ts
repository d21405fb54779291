import type { TaskId } from '@ekiden/kernel';
import type { PathId } from '../app/index.js';
import { hookOfRun, isAwaited, plannedHook, rolloutBy, type HookRun } from '../deployment/index.js';
import {
  containerTaskIdOf,
  isTerminal,
  type HookErrand,
  type Instance,
} from '../instance/index.js';
import type { TurnContext } from '../turn/index.js';
import { EarliestWake } from './earliest-wake.js';
import { passKillOn } from './pass-kill-on.js';
import { finishRun, putRun, runOf } from './tend-hooks.js';
import { watchStart } from './watch-start.js';

/** Times a command is begun that never came to its end for reasons of ours or of a host. */
const TRIES = 3;

/** Of a task that is told to stop: no hook is worth more. */
const GRACE_SECONDS = 3;

/** Whether an id names the commands of the hooks of an app, not an app. */
export function isErrandId(id: PathId): boolean {
  return id.endsWith('/HOOK');
}

/**
 * Looks at the commands of hooks of one app: each is one task that runs once. What it came to is
 * noted with the deployment that waits for it; what nobody waits for any more is stopped.
 */
export function tendErrands(context: TurnContext, id: PathId): void {
  const { draft } = context;
  const wake = new EarliestWake();
  for (const instance of draft.instances.by('hook', id)) {
    if (instance.hook !== undefined) tend(context, instance, instance.hook, wake);
  }
  for (const { taskId } of draft.orphans.by('app', id)) {
    passKillOn(context, { taskId, appId: id, grace: GRACE_SECONDS }, wake);
  }
  draft.wakes.set(id, wake.at);
}

function tend(
  context: TurnContext,
  instance: Instance,
  errand: HookErrand,
  wake: EarliestWake,
): void {
  const { draft } = context;
  const run = runOf(context, errand);
  const deployment = draft.deployments.get(errand.deployment);
  const isWaitedFor =
    run?.state === 'running' && deployment !== undefined && isAwaited(deployment, run);
  if (isTerminal(instance.condition)) {
    if (isWaitedFor) conclude(context, instance, run, errand);
    draft.removeInstance(instance);
    return;
  }
  const { task } = instance;
  const isLost =
    instance.condition === 'Unreachable' || instance.condition === 'UnreachableInactive';
  if (!isWaitedFor && (task === undefined || isLost)) {
    draft.removeInstance(instance);
    return;
  }
  if (task === undefined) return;
  if (isWaitedFor && run.taskId === undefined) {
    putRun(context, errand.deployment, { ...run, taskId: writerOf(errand, task.id) });
  }
  const doomed = doomedOf(context, { instance, run: isWaitedFor ? run : undefined, errand }, wake);
  if (doomed?.task === undefined) return;
  if (doomed !== instance) draft.putInstance(doomed);
  if (isWaitedFor && doomed.kill?.reason === 'hookOverdue' && isLost) {
    conclude(context, doomed, run, errand);
    draft.removeInstance(doomed);
    return;
  }
  passKillOn(
    context,
    { taskId: doomed.task.id, appId: instance.appId, grace: GRACE_SECONDS },
    wake,
  );
}

/** The one with the order to be killed: nobody waits for it, it takes too long, or it has one. */
function doomedOf(
  context: TurnContext,
  { instance, run, errand }: { instance: Instance; run: HookRun | undefined; errand: HookErrand },
  wake: EarliestWake,
): Instance | undefined {
  const { now } = context;
  if (instance.kill !== undefined) return instance;
  if (run === undefined) return { ...instance, kill: { since: now, reason: 'orphaned' } };
  const started = instance.task?.startedAt;
  if (started === undefined) return watchStart(context, instance, wake);
  const seconds = timeoutOf(context, run, errand);
  const deadline = started + seconds * 1000;
  if (deadline > now) {
    wake.by(deadline);
    return undefined;
  }
  const detail = `hook ${errand.key} may take ${seconds} s`;
  return { ...instance, kill: { since: now, reason: 'hookOverdue', detail } };
}

const TIMEOUT_SECONDS = 60;

function timeoutOf({ draft }: TurnContext, run: HookRun, { deployment: id }: HookErrand): number {
  const deployment = draft.deployments.get(id);
  const planned = deployment && plannedHook(deployment, run);
  if (planned !== undefined) return planned.timeoutSeconds;
  const rollout = deployment && rolloutBy(deployment.plan, draft, run.app);
  const hook = rollout?.scope === run.scope ? hookOfRun(rollout.settings.hooks, run) : undefined;
  return hook?.timeoutSeconds ?? TIMEOUT_SECONDS;
}

/** What its end says about the hook: ends that are not its own doing are tried again. */
function conclude(
  context: TurnContext,
  { condition, kill }: Instance,
  run: HookRun,
  errand: HookErrand,
): void {
  const id = errand.deployment;
  if (condition === 'Finished') {
    const { reason: _unsaid, ...succeeded } = run;
    finishRun(context, id, { ...succeeded, state: 'succeeded' });
    return;
  }
  if (kill?.reason === 'hookOverdue') {
    const reason = `did not end within ${timeoutOf(context, run, errand)} s`;
    finishRun(context, id, { ...run, state: 'failed', reason });
    return;
  }
  const own = condition === 'Failed' || (condition === 'Killed' && kill === undefined);
  if (!own && run.attempt < TRIES) {
    putRun(context, id, { ...run, state: 'again' });
    context.draft.dirty.add(run.app);
    return;
  }
  const reason = own
    ? (run.reason ?? 'failed')
    : `its task came to no end of its own (${condition.toLowerCase()})`;
  finishRun(context, id, { ...run, state: 'failed', reason });
}

/** The task under whose id hosts keep what it writes. */
function writerOf({ definition }: HookErrand, taskId: TaskId): TaskId {
  const container = definition.pod?.containers[0];
  return container === undefined ? taskId : containerTaskIdOf(taskId, container.name);
}

/** What its host said of its end; told with the outcome. */
export function noteErrandEnd(context: TurnContext, errand: HookErrand, message: string): void {
  const run = runOf(context, errand);
  if (run?.state === 'running') putRun(context, errand.deployment, { ...run, reason: message });
}
