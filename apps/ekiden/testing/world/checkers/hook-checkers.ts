import type { Hook, HookMoment, PathId } from '../../../src/core/app/index.js';
import {
  bringsVersion,
  changeIn,
  claimOf,
  hookOfRun,
  isOfRetirement,
  rolloutInForce,
  type Deployment,
  type HookRun,
} from '../../../src/core/deployment/index.js';
import { isTerminal, type Instance } from '../../../src/core/instance/index.js';
import type { Draft } from '../../../src/core/turn/index.js';
import type { TurnChecker } from '../sight.js';

/** Hooks of one moment run one after the other, and what has succeeded is never begun again. */
export const hooksTakeTurns: TurnChecker = {
  rule: 'hooks-take-turns',
  check: ({ turn: { draft } }) =>
    draft.deployments.changes().flatMap(([id, after]) => {
      const old = draft.deployments.before(id)?.hooks ?? [];
      const runs = after?.hooks ?? [];
      const moments = runs.flatMap((run) => (run.state === 'running' ? [momentOf(run)] : []));
      const twice = moments.filter((moment, at) => moments.indexOf(moment) < at);
      const again = old.filter(({ key, at, state, attempt }) => {
        const now = runs.find((run) => run.key === key);
        if (after === undefined || now === undefined) return after !== undefined;
        // Another hook stands in its place by now.
        if (now.at !== at) return now.attempt <= attempt;
        return now.attempt < attempt || (state === 'succeeded' && now.attempt !== attempt);
      });
      return [
        ...twice.map((moment) => `two hooks ${moment} of ${id} run at once`),
        ...again.map(({ key }) => `hook ${key} of ${id} has run, and does so again`),
      ];
    }),
};

/** What hooks come before waits for them: the start of a version, and the stop of one. */
export const hooksComeFirst: TurnChecker = {
  rule: 'hooks-come-first',
  check: ({ turn: { draft } }) =>
    draft.instances.changes().flatMap(([id, after]) => {
      if (after === undefined || after.hook !== undefined) return [];
      const at = momentBefore(draft, after);
      const open = at === undefined ? [] : openHooks(draft, after, at);
      return open.map((hook) => `${id} does not wait for hook ${at} (${textOf(hook)})`);
    }),
};

/** A deployment leaves no hook behind that is under way, but for those about an old generation. */
export const hooksEndFirst: TurnChecker = {
  rule: 'hooks-end-first',
  check: ({ turn: { draft } }) =>
    draft.deployments.changes().flatMap(([id, after]) => {
      const isDone = after?.status === 'succeeded';
      if (!isDone || draft.deployments.before(id)?.status === 'succeeded') return [];
      return (after.hooks ?? [])
        .filter((run) => run.state === 'running' && !isOfRetirement(after, run))
        .map(({ key }) => `${id} has succeeded before its hook ${key} is over`);
    }),
};

/** The command of a hook runs once at a time. */
export const hooksRunOnce: TurnChecker = {
  rule: 'hooks-run-once',
  check: ({ turn: { draft } }) =>
    draft.instances.changes().flatMap(([id, after]) => {
      const errand = after?.hook;
      if (errand === undefined || draft.instances.before(id) !== undefined) return [];
      const others = draft.instances
        .by('hook', after?.appId ?? '')
        .filter(({ hook }) => hook?.deployment === errand.deployment && hook.key === errand.key)
        .filter((other) => other.id !== id && mayRun(other));
      return others.map((other) => `${id} is begun while ${other.id} runs`);
    }),
};

/** It is not told to end, and its host can be heard of. */
function mayRun({ condition, kill }: Instance): boolean {
  const isLost = condition === 'Unreachable' || condition === 'UnreachableInactive';
  return !isLost && !isTerminal(condition) && kill === undefined;
}

function momentOf({ scope, at, app, slot }: HookRun): string {
  return slot === undefined ? `${at} of ${scope}` : `${at} of ${app} (slot ${slot})`;
}

/** The moment that has to be behind an instance for what this turn has decided about it. */
function momentBefore(draft: Draft, after: Instance): HookMoment | undefined {
  const { appId, kill, goal, generation, configVersion } = after;
  const before = draft.instances.before(after.id);
  const deployment = draft.runningDeploymentOf(appId);
  const change = deployment && changeIn(deployment.plan, appId);
  if (change === undefined || deployment?.paused !== undefined) return undefined;
  // What goes on after its deployment was given up by force has no hooks, nor has mere scaling.
  const isSerial = rolloutInForce(draft, appId)?.settings.strategy === 'serial';
  if (!isSerial && !bringsVersion(change)) return undefined;
  const config = change.after?.versionInfo.lastConfigChangeAt;
  const isStopped = before?.goal === 'Running' && before.kill === undefined && kill !== undefined;
  if (isStopped && kill.reason === 'upgrading' && generation === undefined) {
    return configVersion === config ? undefined : 'beforeStop';
  }
  // What was kept warm is switched back to, and nothing is begun that hooks have not seen.
  if (claimOf(draft.deployments, appId)?.planned.back === true) return undefined;
  const isNew = before === undefined || before.configVersion !== configVersion;
  const starts = isNew && goal === 'Running' && generation !== 'warm' && configVersion === config;
  return starts ? 'beforeStart' : undefined;
}

/** Hooks of a moment of an app, or of one of its slots, that have not run as far as they have to. */
function openHooks(draft: Draft, { appId, slot }: Instance, at: HookMoment): readonly Hook[] {
  const deployment = draft.runningDeploymentOf(appId);
  const rollout = rolloutInForce(draft, appId);
  if (deployment === undefined || rollout === undefined) return [];
  // What it takes back in this very turn may have replaced one of the old ones before that.
  const { id, undoes } = deployment;
  if (undoes !== undefined && draft.deployments.before(id) === undefined) return [];
  const { scope, settings } = rollout;
  const runs = (deployment.hooks ?? []).filter((run) => run.scope === scope && run.at === at);
  const isSerial = settings.strategy === 'serial';
  return settings.hooks.filter((hook) => {
    if (hook.at !== at) return false;
    return !runs
      .filter((run) => !isSerial || isOf(run, appId, slot))
      .some((run) => hookOfRun(settings.hooks, run) === hook && isBehind(deployment, run, hook));
  });
}

function isOf(run: HookRun, app: PathId, slot: number | undefined): boolean {
  return run.app === app && run.slot === slot;
}

function isBehind({ undoes }: Deployment, { state }: HookRun, { onFailure }: Hook): boolean {
  if (state === 'succeeded') return true;
  return state === 'failed' && (onFailure === 'ignore' || undoes !== undefined);
}

function textOf({ command, http }: Hook): string {
  return http?.url ?? command?.join(' ') ?? '';
}
