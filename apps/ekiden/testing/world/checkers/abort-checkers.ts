import { isEqual, type AppDefinition } from '../../../src/core/app/index.js';
import type { Deployment, Twin } from '../../../src/core/deployment/index.js';
import { isTerminal, type Instance } from '../../../src/core/instance/index.js';
import { hookAppId } from '../../../src/core/launch/index.js';
import type { Draft } from '../../../src/core/turn/index.js';
import type { TurnChecker } from '../sight.js';

/**
 * When what took back a rollout with two generations has succeeded, nothing of the new one is left,
 * and the definitions are what they were (rollouts.md, Undo). What had been promoted is switched
 * back from, and retires in its own time.
 */
export const abortsLeaveNothing: TurnChecker = {
  rule: 'aborts-leave-nothing',
  check: ({ turn: { draft } }) =>
    draft.deployments.changes().flatMap(([id, after]) => {
      const isOver = after?.status === 'succeeded';
      if (!isOver || draft.deployments.before(id)?.status !== 'running') return [];
      const aborted = abortedBy(draft, after);
      if (aborted === undefined) return [];
      const back = new Set((after.plan.rollouts ?? []).map(({ scope }) => scope));
      const given = (aborted.rollouts ?? []).filter(({ scope }) => !back.has(scope));
      return given.flatMap(({ twins }) => twins.flatMap((twin) => tracesOf(draft, aborted, twin)));
    }),
};

/** What is live and what it is to be again is not touched while a rollout is taken back. */
export const abortsTouchNobody: TurnChecker = {
  rule: 'aborts-touch-nobody',
  check: ({ turn: { draft } }) =>
    draft.instances.changes().flatMap(([id, after]) => {
      if (after?.kill?.reason !== 'upgrading' || after.generation !== undefined) return [];
      const before = draft.instances.before(id);
      if (before === undefined || before.kill !== undefined) return [];
      const config = draft.apps.get(after.appId)?.versionInfo.lastConfigChangeAt;
      const deployment = draft.runningDeploymentOf(after.appId);
      const isTakenBack = deployment !== undefined && abortedBy(draft, deployment) !== undefined;
      return isTakenBack && before.configVersion === config
        ? [`${id} is of the version that is gone back to, and is stopped`]
        : [];
    }),
};

/** The deployment under way that another one took back; one that had ended is another matter. */
function abortedBy(draft: Draft, { undoes }: Deployment): Deployment | undefined {
  const undone = undoes === undefined ? undefined : draft.deployments.get(undoes);
  return undone?.status === 'cancelled' || undone?.status === 'failed' ? undone : undefined;
}

function tracesOf(draft: Draft, aborted: Deployment, { id, next, previewPorts }: Twin): string[] {
  const app = draft.apps.get(id);
  // It had been begun before, and is what is gone back to.
  if (app?.versionInfo.lastConfigChangeAt === next) return [];
  const found: string[] = [];
  const note = (isThere: boolean, what: string): void => {
    if (isThere) found.push(`${what} of ${id} is left of ${aborted.id}`);
  };
  const all = [...draft.instances.by('app', id), ...draft.instances.by('beside', id)];
  const instances = all.filter(({ configVersion }) => configVersion === next);
  note(instances.some(isThere), 'an instance');
  note(
    draft.instances
      .by('hook', hookAppId(id))
      .some(
        ({ hook, kill }) =>
          hook?.deployment === aborted.id && kill === undefined && !isOfEnd(aborted, hook.key),
      ),
    'the command of a hook',
  );
  note(previewPorts !== undefined, 'a preview port');
  note(
    draft.deployments.by('twins', id).some((one) => one.id === aborted.id),
    'the claim',
  );
  note(
    draft.launchDelays.by('app', id).some(({ configVersion }) => configVersion === next),
    'a delay',
  );
  const versions = draft.appVersions.by('app', id);
  note(
    instances.length === 0 &&
      versions.some(({ versionInfo }) => versionInfo.lastConfigChangeAt === next),
    'a version',
  );
  const before = aborted.plan.changes.find((change) => change.id === id)?.before;
  note(!isEqual(app && said(app), before && said(before)), 'something in the definition');
  return found;
}

/** What had been promoted over is given up with its hooks, whatever becomes of the other scopes. */
function isOfEnd({ hooks = [], rollouts = [] }: Deployment, key: string): boolean {
  const run = hooks.find((one) => one.key === key);
  if (run?.at !== 'beforeStop' && run?.at !== 'afterStop') return false;
  const phase = rollouts.find(({ scope }) => scope === run.scope)?.phase;
  return phase === 'retiring' || phase === 'stopping';
}

function isThere({ condition }: Instance): boolean {
  return !isTerminal(condition) && condition !== 'UnreachableInactive';
}

/** All but dates, and the number: scaling meanwhile is for both. */
function said({ version: _date, versionInfo: _dates, instances: _number, ...rest }: AppDefinition) {
  return rest;
}
