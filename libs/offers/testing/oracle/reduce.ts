import type { AllocatorEvent } from '../../src/allocator/index.js';
import {
  activateAgent,
  addAgent,
  changeAgent,
  changeUnavailability,
  convertFree,
  removeAgent,
} from './agent-events.js';
import {
  answerInverse,
  beginRecovery,
  convertHeld,
  letHostsIn,
  recover,
  setQuota,
  setWeight,
} from './book-events.js';
import {
  addFramework,
  changeAsks,
  clearFilters,
  removeFramework,
  setSuppressed,
  switchFramework,
} from './framework-events.js';
import type { Settings } from './settings.js';
import type { State } from './state.js';
import { forgetTheGone, hold } from './tracking.js';

/** Brings one event into the facts. */
export function reduce(state: State, settings: Settings, event: AllocatorEvent): void {
  const change = CHANGES[event.kind] as Change<AllocatorEvent>;
  change(state, settings, event);
  forgetTheGone(state);
}

type Change<E extends AllocatorEvent> = (state: State, settings: Settings, event: E) => void;

const CHANGES: {
  readonly [K in AllocatorEvent['kind']]: Change<Extract<AllocatorEvent, { kind: K }>>;
} = {
  agentAdded: (state, _, event) => {
    addAgent(state, event);
  },
  agentChanged: (state, _, { agent }) => {
    changeAgent(state, agent);
  },
  agentRemoved: (state, _, { agentId }) => {
    removeAgent(state, agentId);
  },
  agentActivated: (state, settings, { agentId }) => {
    activateAgent(state, settings, agentId, true);
  },
  agentDeactivated: (state, settings, { agentId }) => {
    activateAgent(state, settings, agentId, false);
  },
  hostsLetIn: letHostsIn,
  unavailabilityChanged: (state, _, event) => {
    changeUnavailability(state, event);
  },
  inverseOfferAnswered: (state, _, event) => {
    answerInverse(state, event);
  },
  frameworkAdded: addFramework,
  frameworkRemoved: (state, settings, { frameworkId }) => {
    removeFramework(state, settings, frameworkId);
  },
  frameworkActivated: (state, _, { frameworkId }) => {
    switchFramework(state, frameworkId, true);
  },
  frameworkDeactivated: (state, _, { frameworkId }) => {
    switchFramework(state, frameworkId, false);
  },
  askChanged: changeAsks,
  suppressed: setSuppressed,
  unsuppressed: setSuppressed,
  revived: setSuppressed,
  filtersCleared: clearFilters,
  allocated: (state, _, event) => {
    hold(state, event);
  },
  recovered: recover,
  converted: (state, _, event) => {
    convertHeld(state, event);
  },
  agentConverted: convertFree,
  weightChanged: setWeight,
  quotaChanged: setQuota,
  recoveryBegun: beginRecovery,
};
