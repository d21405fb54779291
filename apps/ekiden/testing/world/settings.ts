import { seconds, type Chance } from '@ekiden/kernel';
import { pick } from '@ekiden/testkit';
import { DEFAULT_SETTINGS, type OrchestratorSettings } from '../../src/core/turn/index.js';

/** Settings drawn from the seed; tight ones, so that the bounds of turns and waits are met often. */
export function settingsFor(chance: Chance): OrchestratorSettings {
  return {
    ...DEFAULT_SETTINGS,
    deploymentHistory: pick(chance, [20, 100]),
    stagingDeadline: pick(chance, [seconds(15), seconds(60), seconds(300)]),
    killRetry: pick(chance, [seconds(5), seconds(30)]),
    killsOutstanding: pick(chance, [1, 3, 100]),
    replacementPatience: pick(chance, [seconds(10), seconds(60)]),
    offersPerTurn: pick(chance, [1, 3, 256]),
    launchesPerTurn: pick(chance, [1, 3, 200]),
    startsPerTurn: pick(chance, [1, 2, 500]),
    hasRouter: pick(chance, [false, true]),
  };
}
