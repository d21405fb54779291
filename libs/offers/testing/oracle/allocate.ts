import type { AgentId, Chance, Millis } from '@ekiden/kernel';

import type {
  AllocateOptions,
  Allocation,
  AllocationRun,
  InverseAllocation,
} from '../../src/allocator/index.js';
import { addResources } from '../../src/resources/index.js';
import { agentsOfGangs } from './asks.js';
import { activeAgents, agentGate } from './gates.js';
import { judge, type Stage } from './judge.js';
import { frameworkOrder, roleOrder } from './order.js';
import { unsatisfied } from './quota.js';
import type { Settings } from './settings.js';
import type { State } from './state.js';
import { hold } from './tracking.js';
import { everyAgent } from './triggers.js';
import { freeOn } from './views.js';

/** One run over the queued agents: guarantees, then everything else, then inverse offers. */
export function allocate(
  state: State,
  settings: Settings,
  options: AllocateOptions,
): AllocationRun {
  const { now, cycle = false } = options;
  state.now = now;
  endFilters(state, settings, now);
  if (cycle) state.cycles += 1;
  if (isPaused(state, now)) {
    // In Mesos what asks for a run during the pause is forgotten.
    if (settings.batch) state.candidates.clear();
    return { allocations: [], inverse: [] };
  }
  if (cycle) for (const id of everyAgent(state)) state.candidates.add(id);
  for (const id of agentsOfGangs(state, settings)) state.candidates.add(id);
  const candidates = [...state.candidates].sort();
  const eligible = looksAt(state, settings).filter((id) => agentGate(state, id) === undefined);
  const made: Allocation[] = [];
  const missed = [
    ...runStage(state, settings, options, 'guarantees', eligible, made),
    ...runStage(state, settings, options, 'rest', eligible, made),
  ];
  state.candidates.clear();
  for (const id of missed) if (freeOn(state, id).length > 0) state.candidates.add(id);
  return { allocations: made, inverse: inverseOffers(state, settings, candidates) };
}

/**
 * Batch mode looks at what is queued. Incremental mode has to come to what a look at everything in
 * every run comes to, so everything is looked at.
 */
function looksAt(state: State, settings: Settings): readonly AgentId[] {
  return (settings.batch ? [...state.candidates] : [...everyAgent(state)]).sort();
}

/** Returns the agents it did not finish for want of `offersMax`. */
function runStage(
  state: State,
  settings: Settings,
  { chance, offersMax }: AllocateOptions,
  stage: Stage,
  eligible: readonly AgentId[],
  made: Allocation[],
): readonly AgentId[] {
  const missed: AgentId[] = [];
  for (const agentId of settings.agentOrder(eligible, chance)) {
    if (made.length >= offersMax) missed.push(agentId);
    else if (!offerAgent(state, settings, { agentId, stage, chance, offersMax, made })) {
      missed.push(agentId);
    }
  }
  return missed;
}

interface Turn {
  readonly agentId: AgentId;
  readonly stage: Stage;
  readonly chance: Chance;
  readonly offersMax: number;
  readonly made: Allocation[];
}

/** Asks role by role, framework by framework; false when `offersMax` stopped it. */
function offerAgent(state: State, settings: Settings, turn: Turn): boolean {
  const { agentId, stage, chance, offersMax, made } = turn;
  const queued = state.candidates.has(agentId);
  for (const role of roleOrder(state, settings, chance)) {
    for (const frameworkId of frameworkOrder(state, settings, role, chance)) {
      if (stage === 'guarantees' && unsatisfied(state, role).length === 0) break;
      const verdict = judge(state, settings, { frameworkId, role, agentId, stage, made, queued });
      if (verdict.kind === 'no') continue;
      if (made.length >= offersMax) return false;
      const { resources } = verdict;
      hold(state, { frameworkId, role, agentId, resources });
      record(made, { frameworkId, role, agentId, resources });
    }
  }
  return true;
}

/** What both stages give to one framework under one role on one agent is one offer. */
function record(made: Allocation[], next: Allocation): void {
  const index = made.findIndex(
    ({ frameworkId, role, agentId }) =>
      frameworkId === next.frameworkId && role === next.role && agentId === next.agentId,
  );
  const before = made[index];
  if (before === undefined) made.push(next);
  else made[index] = { ...next, resources: addResources(before.resources, next.resources) };
}

/**
 * In incremental mode a filter ends when it says, and its agent is looked at again. In batch mode
 * it outlives one cycle (MESOS-4302, FLT-02).
 */
function endFilters(state: State, settings: Settings, now: Millis): void {
  const over = state.filters.filter(
    ({ until, cycles }) => until <= now && (!settings.batch || cycles < state.cycles),
  );
  state.filters = state.filters.filter((filter) => !over.includes(filter));
  if (settings.batch) return;
  for (const { agentId } of over) state.candidates.add(agentId);
}

/** Until enough agents are back, or for so long (offer-core 2.7). */
function isPaused(state: State, now: Millis): boolean {
  const { pause } = state;
  if (pause !== undefined && activeAgents(state) < pause.agents && now < pause.until) return true;
  state.pause = undefined;
  return false;
}

/**
 * To every framework we know that has something on an agent to be taken down (offer-core 2.8).
 * Incremental mode asks in every run: what was answered may be asked again whenever it is time.
 */
function inverseOffers(
  state: State,
  settings: Settings,
  candidates: readonly AgentId[],
): readonly InverseAllocation[] {
  const asked: InverseAllocation[] = [];
  for (const agentId of settings.batch ? candidates : everyAgent(state)) {
    const unavailability = state.agents.get(agentId)?.unavailability;
    if (unavailability === undefined) continue;
    for (const [frameworkId, { facts, active }] of state.frameworks) {
      const holds = state.holdings.some(
        (held) => held.agentId === agentId && held.frameworkId === frameworkId,
      );
      if (facts === undefined || !active || !holds) continue;
      const before = state.inverse.find(
        (inverse) => inverse.agentId === agentId && inverse.frameworkId === frameworkId,
      );
      const { outstanding = false, until = state.now } = before ?? {};
      if (outstanding || until > state.now) continue;
      const others = state.inverse.filter((inverse) => inverse !== before);
      const next = { frameworkId, agentId, outstanding: true, until: undefined };
      state.inverse = [...others, next];
      asked.push({ frameworkId, agentId, unavailability });
    }
  }
  return asked;
}
