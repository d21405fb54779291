import { assertNever } from '@ekiden/kernel';

import type {
  AgentFacts,
  AllocatorEvent,
  DrfOptions,
  FrameworkFacts,
  Holding,
  Quota,
  Unavailability,
} from '../src/allocator/index.js';
import type { Ask } from '../src/framework/index.js';
import {
  addResources,
  formatAttributes,
  formatLimits,
  formatQuantities,
  formatResources,
  NO_RESOURCES,
  parseAttributes,
  type Attribute,
  type Resources,
} from '../src/resources/index.js';
import { inSeconds, windowJson } from './event-lines.js';

/** A command of the replay's protocol. */
export type RecordedLine = Readonly<Record<string, unknown>>;

export function configureLine(options: DrfOptions): RecordedLine {
  const { allocationInterval, minimumAllocatable, ...same } = options;
  return {
    op: 'configure',
    runs: 'explicit',
    ...same,
    ...(allocationInterval !== undefined && {
      allocationIntervalSeconds: inSeconds(allocationInterval),
    }),
    ...(minimumAllocatable !== undefined && {
      minAllocatable: minimumAllocatable.map(formatQuantities),
    }),
  };
}

/** The line that tells an allocator the same (with `runs` explicit). */
export function recordedLine(event: AllocatorEvent): RecordedLine {
  switch (event.kind) {
    case 'agentAdded':
    case 'agentChanged':
    case 'agentRemoved':
    case 'agentActivated':
    case 'agentDeactivated':
    case 'hostsLetIn':
    case 'unavailabilityChanged':
    case 'agentConverted':
      return ofAgent(event);
    case 'frameworkAdded':
      return { op: 'addFramework', ...framework(event), active: event.active };
    case 'frameworkRemoved':
      return { op: 'removeFramework', id: event.frameworkId };
    case 'frameworkActivated':
      return { op: 'activateFramework', id: event.frameworkId };
    case 'frameworkDeactivated':
      return { op: 'deactivateFramework', id: event.frameworkId };
    case 'askChanged':
      return { op: 'ask', framework: event.frameworkId, asks: event.asks.map(ask) };
    case 'suppressed':
    case 'unsuppressed':
    case 'revived':
      return {
        op: DEMANDS[event.kind],
        framework: event.frameworkId,
        ...given('roles', event.roles),
      };
    case 'filtersCleared': {
      const which = { ...given('roles', event.roles), ...given('agent', event.agentId) };
      return { op: 'clearFilters', framework: event.frameworkId, ...which };
    }
    case 'allocated':
      return { op: 'hold', ...part(event) };
    case 'recovered':
      return recovered(event);
    case 'converted': {
      const { frameworkId, role, agentId: agent } = event;
      const conversions = event.conversions.map(conversion);
      return {
        op: 'operate',
        operation: 'CONVERT',
        framework: frameworkId,
        role,
        agent,
        conversions,
      };
    }
    case 'inverseOfferAnswered':
      return inverseAnswer(event);
    case 'weightChanged':
      return { op: 'setWeight', role: event.role, weight: event.weight };
    case 'quotaChanged':
      return { op: 'setQuota', role: event.role, ...quota(event.quota) };
    case 'recoveryBegun': {
      const { agents: expectedAgents, until } = event;
      return { op: 'recoverQuota', expectedAgents, factor: 1, untilSeconds: inSeconds(until) };
    }
    default:
      return assertNever(event);
  }
}

const DEMANDS = { suppressed: 'suppress', unsuppressed: 'unsuppress', revived: 'revive' } as const;

type AgentEvent = Extract<
  AllocatorEvent,
  {
    readonly kind:
      | 'agentAdded'
      | 'agentChanged'
      | 'agentRemoved'
      | 'agentActivated'
      | 'agentDeactivated'
      | 'hostsLetIn'
      | 'unavailabilityChanged'
      | 'agentConverted';
  }
>;

function ofAgent(event: AgentEvent): RecordedLine {
  switch (event.kind) {
    case 'agentAdded':
      return {
        op: 'addAgent',
        ...agent(event.agent),
        active: event.active,
        ...used(event.used, ({ frameworkId }) => frameworkId),
        ...(event.unavailability !== undefined && {
          unavailability: windowJson(event.unavailability),
        }),
      };
    case 'agentChanged': {
      const { capabilities = null, domain } = event.agent;
      const facts = agent(event.agent);
      return { op: 'updateAgent', ...facts, capabilities, domain: domainJson(domain) ?? null };
    }
    case 'agentRemoved':
      return { op: 'removeAgent', id: event.agentId };
    case 'agentActivated':
      return { op: 'activateAgent', id: event.agentId };
    case 'agentDeactivated':
      return { op: 'deactivateAgent', id: event.agentId };
    case 'hostsLetIn':
      return { op: 'letIn', ...given('hostnames', event.hostnames) };
    case 'unavailabilityChanged':
      return { op: 'setUnavailability', id: event.agentId, unavailability: window(event) };
    case 'agentConverted': {
      const conversions = event.conversions.map(conversion);
      return { op: 'operate', operation: 'CONVERT', agent: event.agentId, conversions };
    }
  }
}

function agent(facts: AgentFacts): RecordedLine {
  const { id, hostname, attributes, domain, total, capabilities } = facts;
  return {
    id,
    hostname,
    resources: formatResources(total),
    attributes: attributesJson(attributes),
    ...given('domain', domainJson(domain)),
    ...given('capabilities', capabilities),
  };
}

function domainJson(domain: AgentFacts['domain']): RecordedLine | undefined {
  if (domain === undefined) return undefined;
  const { region, zone } = domain;
  return zone === '' ? { region } : { region, zone };
}

/** As text where that says it all: a value with delimiters in it would be read differently. */
function attributesJson(attributes: readonly Attribute[]): unknown {
  const text = formatAttributes(attributes);
  const read = parseAttributes(text);
  const same = read.ok && JSON.stringify(read.value) === JSON.stringify(attributes);
  return same ? text : attributes;
}

function framework(
  event: FrameworkFacts & { readonly used?: readonly Omit<Holding, 'frameworkId'>[] },
): RecordedLine {
  const { frameworkId: id, roles, capabilities, suppressed, offerConstraints } = event;
  const minimum = event.minimumAllocatable;
  return {
    id,
    roles,
    ...given('capabilities', capabilities),
    ...given('suppressed', suppressed),
    ...given('offerConstraints', offerConstraints),
    ...(minimum !== undefined && {
      minAllocatable: Object.fromEntries(
        Object.entries(minimum).map(([role, sets]) => [role, sets.map(formatQuantities)]),
      ),
    }),
    ...used(event.used, ({ agentId }) => agentId),
  };
}

function used<H extends { readonly role: string; readonly resources: Resources }>(
  holdings: readonly H[] | undefined,
  key: (holding: H) => string,
): RecordedLine {
  if (holdings === undefined || holdings.length === 0) return {};
  const found = new Map<string, Map<string, Resources>>();
  for (const holding of holdings) {
    const byRole = found.get(key(holding)) ?? new Map<string, Resources>();
    const before = byRole.get(holding.role) ?? NO_RESOURCES;
    byRole.set(holding.role, addResources(before, holding.resources));
    found.set(key(holding), byRole);
  }
  const texts = [...found].map(([outer, byRole]) => [
    outer,
    Object.fromEntries([...byRole].map(([role, bag]) => [role, formatResources(bag)])),
  ]);
  return { used: Object.fromEntries(texts) as unknown };
}

function recovered(event: Extract<AllocatorEvent, { kind: 'recovered' }>): RecordedLine {
  const { filterUntil: until, filterReason: reason } = event;
  if (until === undefined) return { op: 'recover', ...part(event) };
  return {
    op: 'decline',
    ...part(event),
    untilSeconds: inSeconds(until),
    ...given('reason', reason),
  };
}

function inverseAnswer(
  event: Extract<AllocatorEvent, { kind: 'inverseOfferAnswered' }>,
): RecordedLine {
  const { frameworkId, agentId, answer, filterUntil: until } = event;
  return {
    op: 'answerInverse',
    framework: frameworkId,
    agent: agentId,
    ...given('answer', answer),
    ...(until === undefined ? { refuseSeconds: null } : { untilSeconds: inSeconds(until) }),
  };
}

function ask({ id, role, shape, count, constraints, gang, priority }: Ask): RecordedLine {
  return {
    id,
    role,
    resources: formatQuantities(shape),
    count,
    ...given('constraints', constraints),
    ...given('gang', gang),
    ...given('priority', priority),
  };
}

function quota(value: Quota | undefined): RecordedLine {
  if (value === undefined) return {};
  return { guarantees: formatQuantities(value.guarantees), limits: formatLimits(value.limits) };
}

function conversion(step: {
  readonly consumed: Resources;
  readonly converted: Resources;
}): RecordedLine {
  return {
    consumed: formatResources(step.consumed),
    converted: formatResources(step.converted),
  };
}

function part({ frameworkId, role, agentId, resources }: Holding): RecordedLine {
  return {
    framework: frameworkId,
    role,
    agent: agentId,
    resources: formatResources(resources),
  };
}

function window(event: { readonly unavailability?: Unavailability }): unknown {
  return event.unavailability === undefined ? null : windowJson(event.unavailability);
}

function given(name: string, value: unknown): RecordedLine {
  return value === undefined ? {} : { [name]: value };
}
