import type { Violation } from '../violation.js';
import type { AppDefinition } from './app-definition.js';
import { isResident, isSingleInstance } from './app-facts.js';
import type { AppContext } from './app-settings.js';
import { doubleText, expected, unless } from './phrases.js';
import type { Rule } from './rule.js';

/** How many instances may run and be missing while an app changes (marathon-api 7.2). */
export const UPGRADE_RULES: readonly Rule<AppDefinition, AppContext>[] = [
  {
    reads: ['labels', 'instances'],
    judge: (app) =>
      unless(
        !isSingleInstance(app) || app.instances <= 1,
        '/',
        'Single instance app may only have one instance',
      ),
  },
  { reads: ['upgradeStrategy', 'labels', 'container'], judge: validateStrategy },
  {
    reads: ['unreachableStrategy', 'container'],
    judge: (app) =>
      unless(
        !isResident(app) || app.unreachableStrategy === 'disabled',
        '/',
        'unreachableStrategy must be disabled for resident tasks',
      ),
  },
];

function validateStrategy(app: AppDefinition): readonly Violation[] {
  const { minimumHealthCapacity, maximumOverCapacity } = app.upgradeStrategy;
  const single = isSingleInstance(app);
  const under = '/upgradeStrategy/minimumHealthCapacity';
  const over = '/upgradeStrategy/maximumOverCapacity';
  return [
    ...(single
      ? mustBeZero(minimumHealthCapacity, under)
      : inFractions(minimumHealthCapacity, under)),
    ...(single || isResident(app)
      ? mustBeZero(maximumOverCapacity, over)
      : inFractions(maximumOverCapacity, over)),
  ];
}

export function mustBeZero(value: number, path: string): readonly Violation[] {
  return unless(value === 0, path, expected(doubleText(value), doubleText(0)));
}

export function inFractions(value: number, path: string): readonly Violation[] {
  return unless(value >= 0 && value <= 1, path, expected(doubleText(value), 'between 0.0 and 1.0'));
}
