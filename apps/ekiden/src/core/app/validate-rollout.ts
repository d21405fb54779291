import type { Violation } from '../violation.js';
import type { Maybe } from './app-wire.js';
import { DEFAULT_ROLLOUT } from './normalize-rollout.js';
import { unless } from './phrases.js';
import type { RolloutStrategy } from './rollout.js';
import type { CanaryStepWire, HookWire, RolloutWire } from './rollout-wire.js';
import { twinObstacle, type TwinSubject } from './twin-obstacle.js';

/** Whether a strategy has the old and the new version side by side. */
export function hasTwoGenerations(strategy: RolloutStrategy): strategy is 'blueGreen' | 'canary' {
  return strategy === 'blueGreen' || strategy === 'canary';
}

/**
 * Rules of a `rollout` by itself, wherever it stands (DESIGN 7, rollouts.md); all violations, with
 * paths from `/rollout` on.
 */
function validateRollout(wire: Maybe<RolloutWire>): readonly Violation[] {
  if (wire === null || wire === undefined) return [];
  const strategy = wire.strategy ?? DEFAULT_ROLLOUT.strategy;
  const given = wire.canary?.steps ?? undefined;
  const steps = given ?? [];
  return [
    ...unless(
      strategy !== 'canary' || given === undefined || given.length > 0,
      '/rollout/canary/steps',
      'must not be empty: strategy canary goes by them',
    ),
    ...steps.flatMap((step, at) => validateStep(step, steps[at - 1], at)),
    ...(wire.hooks ?? []).flatMap((hook, at) => validateHook(hook, strategy, at)),
    ...unless(
      wire.twin !== false || !hasTwoGenerations(strategy),
      '/rollout/twin',
      `must not be false with strategy ${strategy}, which runs two versions side by side`,
    ),
  ];
}

/** The same, of one app: it has to be able to do what its own rollout says. */
export function validateRolloutOf(
  wire: Maybe<RolloutWire>,
  app: TwinSubject,
): readonly Violation[] {
  if (wire === null || wire === undefined) return [];
  const strategy = wire.strategy ?? DEFAULT_ROLLOUT.strategy;
  const obstacle = hasTwoGenerations(strategy) ? twinObstacle(app) : undefined;
  return [
    ...validateRollout(wire),
    ...unless(
      obstacle === undefined,
      '/rollout/strategy',
      `must not be ${strategy}: the app ${obstacle ?? ''}. Use serial or rolling`,
    ),
  ];
}

/** The same, of a group. */
export function validateGroupRollout(wire: Maybe<RolloutWire>): readonly Violation[] {
  if (wire === null || wire === undefined) return [];
  return [
    ...validateRollout(wire),
    ...unless(wire.twin !== false, '/rollout/twin', 'is said of an app, not of a group'),
  ];
}

const WHOLE = 100;

function validateStep(
  { weight, pauseSeconds, gate }: CanaryStepWire,
  before: CanaryStepWire | undefined,
  at: number,
): readonly Violation[] {
  const path = `/rollout/canary/steps(${at})`;
  const pauses = (pauseSeconds ?? undefined) !== undefined;
  const gated = (gate ?? undefined) !== undefined;
  return [
    ...unless(
      before === undefined || weight > before.weight,
      `${path}/weight`,
      `must be more than that of the step before (${before?.weight ?? 0})`,
    ),
    ...unless(!(pauses && gated), path, 'must not have both of: pauseSeconds, gate'),
    ...unless(
      pauses || gated || weight === WHOLE,
      path,
      'must have one of: pauseSeconds, gate; only a last step of 100 goes on by itself',
    ),
  ];
}

function validateHook(
  { at: moment, http, command }: HookWire,
  strategy: RolloutStrategy,
  at: number,
): readonly Violation[] {
  const path = `/rollout/hooks(${at})`;
  const calls = (http ?? undefined) !== undefined;
  const runs = (command ?? undefined) !== undefined;
  const promotes = moment === 'beforePromote' || moment === 'afterPromote';
  return [
    ...unless(calls !== runs, path, 'must have exactly one of: http, command'),
    ...unless(
      http === null || http === undefined || isHttpUrl(http.url),
      `${path}/http/url`,
      'must be an http or https URL',
    ),
    ...unless(
      command === null || command === undefined || (command.length > 0 && command[0] !== ''),
      `${path}/command`,
      'must name a program',
    ),
    ...unless(
      !promotes || hasTwoGenerations(strategy),
      `${path}/at`,
      `${moment} never comes with strategy ${strategy}`,
    ),
  ];
}

function isHttpUrl(text: string): boolean {
  return /^https?:\/\/[^\s/?#]/i.test(text) && URL.canParse(text);
}
