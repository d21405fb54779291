import type { Hook, Rollout } from '../app/index.js';
import type { Deployment } from './deployment.js';
import { hookOfRun, type HookRun } from './hook-run.js';
import { isRetiring } from './rollout-progress.js';

/** Whether something is to be done around the end of an old generation. */
export function hasStopHooks({ hooks }: Pick<Rollout, 'hooks'>): boolean {
  return hooks.some(isAboutStop);
}

function isAboutStop({ at }: Pick<Hook, 'at'>): boolean {
  return at === 'beforeStop' || at === 'afterStop';
}

/**
 * Whether somebody waits for a hook: its deployment, as long as it runs, or an old generation that
 * is given up when that has long succeeded, or was ended after it had been promoted.
 */
export function isAwaited({ status, rollouts = [] }: Deployment, run: HookRun): boolean {
  if (status === 'running') return true;
  if (!isAboutStop(run)) return false;
  return rollouts.some((one) => one.scope === run.scope && isRetiring(one));
}

/**
 * Whether a hook is about an old generation that is given up: nothing is taken back for it. Others
 * of the same rollout are about what is stopped in its place.
 */
export function isOfRetirement({ plan, rollouts = [] }: Deployment, run: HookRun): boolean {
  if (!isAboutStop(run)) return false;
  const index = rollouts.findIndex(({ scope }) => scope === run.scope);
  const { replaced, twins } = plan.rollouts?.[index] ?? {};
  return replaced?.length === 0 && twins?.includes(run.app) === true;
}

/** The hook as it was planned with two generations; `undefined` = the plan has none such. */
export function plannedHook({ plan }: Deployment, run: HookRun): Hook | undefined {
  const planned = plan.rollouts?.find(({ scope }) => scope === run.scope);
  return planned && hookOfRun(planned.settings.hooks, run);
}
