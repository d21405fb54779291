import type { RestChecker, TurnChecker } from '../sight.js';
import { abortsLeaveNothing, abortsTouchNobody } from './abort-checkers.js';
import {
  dependencyOrder,
  oneDeploymentPerApp,
  stepsAreDone,
  versionsIncrease,
} from './deployment-checkers.js';
import {
  fewGenerations,
  nothingUnclaimed,
  oneLiveGeneration,
  promotedTogether,
  promotionsAreWhole,
} from './generation-checkers.js';
import { drainedFirst, drainsAreOfTheDoomed } from './drain-checkers.js';
import { hooksComeFirst, hooksEndFirst, hooksRunOnce, hooksTakeTurns } from './hook-checkers.js';
import { goalsAreFinal, incarnations, minimumHealth, overCapacity } from './instance-checkers.js';
import { pausedStandsStill, takenBackOnce } from './failure-checkers.js';
import { constraintsHold } from './placement-checkers.js';
import { queueInOrder, queuedHoldsNothing } from './queue-checkers.js';
import {
  eventsHaveNoGaps,
  memoryIsStored,
  nothingIsNewer,
  resourcesAddUp,
  tasksAreOwned,
} from './rest-checkers.js';
import { oneGenerationRouted } from './route-checkers.js';
import { oneByOne, slotsAreOwn, slotsInOrder } from './serial-checkers.js';
import { volumesAreSound } from './volume-checkers.js';

/** Rules of every decided turn. */
export function turnCheckers(): readonly TurnChecker[] {
  return [
    overCapacity,
    minimumHealth,
    incarnations,
    goalsAreFinal,
    constraintsHold,
    dependencyOrder,
    stepsAreDone,
    oneDeploymentPerApp,
    versionsIncrease,
    oneLiveGeneration,
    promotionsAreWhole,
    promotedTogether,
    fewGenerations,
    nothingUnclaimed,
    oneByOne,
    slotsInOrder,
    slotsAreOwn,
    pausedStandsStill,
    takenBackOnce,
    abortsLeaveNothing,
    abortsTouchNobody,
    hooksTakeTurns,
    hooksComeFirst,
    hooksEndFirst,
    hooksRunOnce,
    queueInOrder,
    queuedHoldsNothing,
    drainedFirst,
    drainsAreOfTheDoomed,
  ];
}

/** Rules of every moment between turns; `thorough` ones compare everything and are dearer. */
export function restCheckers(): {
  readonly always: readonly RestChecker[];
  readonly thorough: readonly RestChecker[];
} {
  return {
    always: [nothingIsNewer, tasksAreOwned, resourcesAddUp, volumesAreSound, eventsHaveNoGaps()],
    thorough: [memoryIsStored, oneGenerationRouted],
  };
}
