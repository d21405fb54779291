import type { HookRun } from '../deployment/index.js';
import type { HookEvent } from './domain-event.js';

export function hookStarted(deployment: string, run: HookRun): HookEvent {
  return { type: 'hook_started', ...factsOf(deployment, run) };
}

export function hookFinished(deployment: string, run: HookRun): HookEvent {
  const { state, reason } = run;
  return {
    type: 'hook_finished',
    ...factsOf(deployment, run),
    ok: state === 'succeeded',
    ...(reason === undefined ? {} : { reason }),
  };
}

function factsOf(deploymentId: string, run: HookRun): Omit<HookEvent, 'type' | 'ok' | 'reason'> {
  const { at, scope, app: appId, slot, kind, attempt } = run;
  return { deploymentId, at, scope, appId, ...(slot === undefined ? {} : { slot }), kind, attempt };
}
