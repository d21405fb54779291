import type { AgentId } from '@ekiden/kernel';

import type { Explanation, FrameworkFacts } from '../../src/allocator/index.js';
import type { FrameworkId } from '../../src/framework/index.js';
import {
  allocatableTo,
  filterResources,
  quantityOf,
  quantitiesOf,
} from '../../src/resources/index.js';
import type { Resource, Resources } from '../../src/resources/index.js';
import { satisfies } from './constraints.js';
import { availableOf, isRefined, isShared } from './objects.js';
import type { Settings } from './settings.js';
import type { AgentState, State } from './state.js';
import { agentOf, allocatedOn } from './tracking.js';

export interface Pair {
  readonly frameworkId: FrameworkId;
  readonly role: string;
  readonly agentId: AgentId;
}

/** Why an agent is not looked at by anybody at the moment. */
export function agentGate(state: State, agentId: AgentId): Explanation | undefined {
  const agent = state.agents.get(agentId);
  if (agent === undefined) return { kind: 'unknownAgent' };
  if (!agent.active) return { kind: 'agentInactive' };
  if (!(state.letIn?.includes(agent.facts.hostname) ?? true)) return { kind: 'hostLeftOut' };
  if (state.pause === undefined) return undefined;
  const { agents: wanted, until } = state.pause;
  const agents = activeAgents(state);
  // With enough agents there is nothing to wait for (REC-05).
  return agents < wanted ? { kind: 'recovering', agents, wanted, until } : undefined;
}

/** Agents that are back; those known only from before are not active. */
export function activeAgents(state: State): number {
  return [...state.agents.values()].filter(({ active }) => active).length;
}

/** Why a framework is not asked under a role at the moment. */
export function frameworkGate(state: State, pair: Pair): Explanation | undefined {
  const framework = state.frameworks.get(pair.frameworkId);
  const { facts, active = false, suppressed = [], asks = [] } = framework ?? {};
  if (!(facts?.roles.includes(pair.role) ?? false)) return { kind: 'notSubscribed' };
  if (!active) return { kind: 'frameworkInactive' };
  if (suppressed.includes(pair.role)) return { kind: 'suppressed' };
  const bound = facts?.capabilities?.includes('ASKS') ?? false;
  if (bound && !asks.some((ask) => ask.role === pair.role)) return { kind: 'noAsk' };
  return undefined;
}

/** Why the two do not go together, whatever is free (offer-core 2.3, CAP-08 to CAP-12). */
export function fitGate(state: State, settings: Settings, pair: Pair): Explanation | undefined {
  const facts = state.frameworks.get(pair.frameworkId)?.facts;
  const agent = agentOf(state, pair.agentId);
  const able = agent.facts.capabilities;
  if (able !== undefined && !able.includes('MULTI_ROLE')) {
    return { kind: 'agentCapability', missing: 'MULTI_ROLE' };
  }
  if (able !== undefined && pair.role.includes('/') && !able.includes('HIERARCHICAL_ROLE')) {
    return { kind: 'agentCapability', missing: 'HIERARCHICAL_ROLE' };
  }
  if (settings.filterGpu && hasGpus(agent) && !can(facts, 'GPU_RESOURCES')) {
    return { kind: 'frameworkCapability', missing: 'GPU_RESOURCES' };
  }
  if (isRemote(settings, agent) && !can(facts, 'REGION_AWARE')) {
    return { kind: 'frameworkCapability', missing: 'REGION_AWARE' };
  }
  return satisfies(agent.facts, facts?.offerConstraints?.[pair.role])
    ? undefined
    : { kind: 'offerConstraints' };
}

/** What of an agent is free, allocatable to the role, and of a kind the framework can take. */
export function takeable(state: State, pair: Pair): Resources {
  const facts = state.frameworks.get(pair.frameworkId)?.facts;
  const available = availableOf(
    agentOf(state, pair.agentId).facts.total,
    allocatedOn(state, pair.agentId),
  );
  const takes = (object: Resource): boolean =>
    (object.revocable !== true || can(facts, 'REVOCABLE_RESOURCES')) &&
    (!isShared(object) || can(facts, 'SHARED_RESOURCES')) &&
    (!isRefined(object) || can(facts, 'RESERVATION_REFINEMENT'));
  return filterResources(allocatableTo(available, pair.role), takes);
}

function can(
  facts: FrameworkFacts | undefined,
  capability: NonNullable<FrameworkFacts['capabilities']>[number],
): boolean {
  return facts?.capabilities?.includes(capability) ?? false;
}

function hasGpus(agent: AgentState): boolean {
  return quantityOf(quantitiesOf(agent.facts.total), 'gpus') > 0;
}

/** An agent that does not say where it stands is local. */
function isRemote(settings: Settings, agent: AgentState): boolean {
  const region = agent.facts.domain?.region;
  return region !== undefined && settings.region !== undefined && region !== settings.region;
}
