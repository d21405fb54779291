import { APP_DEFAULTS } from './app-defaults.js';
import type { Maybe } from './app-wire.js';
import { given } from './given.js';
import type { AbortOn, CanaryStep, Hook, Rollout } from './rollout.js';
import type { CanaryStepWire, HookWire, RolloutWire } from './rollout-wire.js';

/** `rollout` with every gap filled from `APP_DEFAULTS`; none where there is none. */
export function normalizeRollout(wire: Maybe<RolloutWire>): Rollout | undefined {
  if (wire === null || wire === undefined) return undefined;
  const defaults = APP_DEFAULTS.rollout;
  return {
    strategy: wire.strategy ?? defaults.strategy,
    progressDeadlineSeconds: wire.progressDeadlineSeconds ?? defaults.progressDeadlineSeconds,
    onFailure: wire.onFailure ?? defaults.onFailure,
    twin: wire.twin ?? defaults.twin,
    drainSeconds: wire.drainSeconds ?? defaults.drainSeconds,
    blueGreen: blueGreenOf(wire),
    canary: { steps: (wire.canary?.steps ?? APP_DEFAULTS.rolloutCanary.steps).map(stepOf) },
    abortOn: abortOnOf(wire),
    serial: { order: wire.serial?.order ?? APP_DEFAULTS.rolloutSerial.order },
    hooks: (wire.hooks ?? defaults.hooks).map(hookOf),
  };
}

/** What a write that says nothing about it leaves in place (rollouts.md, Generations). */
export function keptRollout(
  wire: Maybe<RolloutWire>,
  present: Rollout | undefined,
): Rollout | undefined {
  return wire === undefined ? present : normalizeRollout(wire);
}

/** The rollout of somebody who has written none. */
export const DEFAULT_ROLLOUT = normalizeRollout({}) as Rollout;

function blueGreenOf({ blueGreen }: RolloutWire): Rollout['blueGreen'] {
  const defaults = APP_DEFAULTS.rolloutBlueGreen;
  return {
    previewInstances: blueGreen?.previewInstances ?? defaults.previewInstances,
    promotion: blueGreen?.promotion ?? defaults.promotion,
    promotionDeadlineSeconds:
      blueGreen?.promotionDeadlineSeconds ?? defaults.promotionDeadlineSeconds,
    holdSeconds: blueGreen?.holdSeconds ?? defaults.holdSeconds,
  };
}

function abortOnOf({ abortOn }: RolloutWire): AbortOn {
  const defaults = APP_DEFAULTS.rolloutAbortOn;
  return given({
    windowSeconds: abortOn?.windowSeconds ?? defaults.windowSeconds,
    minRequests: abortOn?.minRequests ?? defaults.minRequests,
    errorPercent: abortOn?.errorPercent,
    errorPercentOverOld: abortOn?.errorPercentOverOld ?? defaults.errorPercentOverOld,
    latencyMs: abortOn?.latencyMs,
    latencyTimesOld: abortOn?.latencyTimesOld,
  });
}

function stepOf({ weight, pauseSeconds, gate }: CanaryStepWire): CanaryStep {
  return given({ weight, pauseSeconds, gate });
}

function hookOf(hook: HookWire): Hook {
  const { http } = hook;
  return given({
    at: hook.at,
    http: http
      ? { url: http.url, expect: http.expect ?? APP_DEFAULTS.rolloutHookCall.expect }
      : undefined,
    command: hook.command,
    timeoutSeconds: hook.timeoutSeconds ?? APP_DEFAULTS.rolloutHook.timeoutSeconds,
    onFailure: hook.onFailure ?? APP_DEFAULTS.rolloutHook.onFailure,
  });
}
