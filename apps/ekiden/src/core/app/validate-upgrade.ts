import type { Violation } from '../violation.js';
import type { AppDefinition } from './app-definition.js';
import { isResident, isSingleInstance } from './app-facts.js';
import { doubleText, expected, unless } from './phrases.js';

/** How many instances may run and be missing while an app changes (marathon-api 7.2). */
export function validateUpgrade(app: AppDefinition): readonly Violation[] {
  const { minimumHealthCapacity, maximumOverCapacity } = app.upgradeStrategy;
  const single = isSingleInstance(app);
  const resident = isResident(app);
  const under = '/upgradeStrategy/minimumHealthCapacity';
  const over = '/upgradeStrategy/maximumOverCapacity';
  return [
    ...unless(!single || app.instances <= 1, '/', 'Single instance app may only have one instance'),
    ...(single
      ? mustBeZero(minimumHealthCapacity, under)
      : inFractions(minimumHealthCapacity, under)),
    ...(single || resident
      ? mustBeZero(maximumOverCapacity, over)
      : inFractions(maximumOverCapacity, over)),
    ...unless(
      !resident || app.unreachableStrategy === 'disabled',
      '/',
      'unreachableStrategy must be disabled for resident tasks',
    ),
  ];
}

function mustBeZero(value: number, path: string): readonly Violation[] {
  return unless(value === 0, path, expected(doubleText(value), doubleText(0)));
}

function inFractions(value: number, path: string): readonly Violation[] {
  return unless(value >= 0 && value <= 1, path, expected(doubleText(value), 'between 0.0 and 1.0'));
}
