import { millis, seconds, type AgentId, type Chance, type Millis } from '@ekiden/kernel';

import { filterDuration } from '../../src/allocator/index.js';
import type {
  AgentFacts,
  Allocation,
  AllocationRun,
  Allocator,
  AllocatorEvent,
  AllocatorTurn,
  Explanation,
  FrameworkFacts,
  Holding,
} from '../../src/allocator/index.js';
import type { FrameworkId } from '../../src/framework/index.js';
import type { Quantities, ResourceLimits } from '../../src/resources/index.js';
import { amounts, bag, bagText } from './bag.js';
import { SteadyChance } from './steady-chance.js';

/** What of an agent is not said by its id and resources. */
export type AgentSaid = Partial<Omit<AgentFacts, 'id' | 'total'>> & {
  readonly used?: Readonly<Record<string, string>>;
  readonly unavailability?: { readonly start: Millis };
  readonly active?: boolean;
};

export type FrameworkSaid = Partial<Omit<FrameworkFacts, 'frameworkId' | 'roles'>> & {
  readonly active?: boolean;
  readonly used?: Readonly<Record<string, string>>;
};

/**
 * Plays scenarios on any allocator: every call is a turn of its own that ends with a run and
 * answers who was offered what, sorted: `F1@role1 A1 c2 m1024`.
 */
export class AllocatorStage {
  now: Millis = millis(1_000_000);
  lastRun: AllocationRun = { allocations: [], inverse: [] };
  private readonly allocator: Allocator;
  private readonly chance: Chance;
  private held: Allocation[] = [];

  constructor(allocator: Allocator, chance: Chance = new SteadyChance(1)) {
    this.allocator = allocator;
    this.chance = chance;
  }

  agent(id: string, total: string, said: AgentSaid = {}): string {
    const { used = {}, active = true, unavailability, ...facts } = said;
    const agent = agentFacts(id, total, facts);
    const holdings = Object.entries(used).map(([owner, text]) => this.booked(owner, id, text));
    const event = { kind: 'agentAdded' as const, agent, active, used: holdings };
    return this.run(unavailability === undefined ? event : { ...event, unavailability });
  }

  change(id: string, total: string, said: Omit<AgentSaid, 'used' | 'active'> = {}): string {
    const agent = agentFacts(id, total, said);
    return this.run({ kind: 'agentChanged', agent });
  }

  /** `F1@role1,role2`. `used` by agent and role: `{ 'A1 role1': 'c1' }`. */
  framework(spec: string, said: FrameworkSaid = {}): string {
    const { active = true, used = {}, ...facts } = said;
    const [frameworkId, roles] = split(spec);
    const holdings = Object.entries(used).map(([place, text]) => {
      const [agent = '', role = ''] = place.split(' ');
      return this.booked(`${frameworkId}@${role}`, agent, text);
    });
    const kind = 'frameworkAdded' as const;
    return this.run({
      ...facts,
      kind,
      frameworkId,
      roles: roles.split(','),
      active,
      used: holdings,
    });
  }

  /** Gives back all a framework holds on an agent; `refuse` absent = without a filter. */
  decline(owner: string, agentId: string, refuse?: number): string {
    const mine = this.heldBy(owner, agentId);
    if (mine.length === 0) throw new Error(`${owner} holds nothing on ${agentId}`);
    return this.run(...mine.map((each) => this.giveBack(each, refuse)));
  }

  /** Gives back a part. */
  recover(owner: string, agent: string, text: string, refuse?: number): string {
    const [frameworkId, role] = split(owner);
    const place = { frameworkId, role, agentId: agent as AgentId };
    return this.run(this.giveBack({ ...place, resources: bag(text) }, refuse));
  }

  /** `limits` absent = the guarantees are the limits too; both empty = no quota. */
  quota(role: string, guarantees: string, limits = guarantees): string {
    return this.run(quotaEvent(role, guarantees, limits));
  }

  weight(role: string, weight: number): string {
    return this.run({ kind: 'weightChanged', role, weight });
  }

  convert(owner: string, agent: string, consumed: string, converted: string): string {
    const [frameworkId, role] = split(owner);
    const conversions = [{ consumed: bag(consumed), converted: bag(converted) }];
    return this.run({
      kind: 'converted',
      frameworkId,
      role,
      agentId: agent as AgentId,
      conversions,
    });
  }

  framed(
    kind: 'suppressed' | 'unsuppressed' | 'revived' | 'filtersCleared',
    framework: string,
    ...roles: readonly string[]
  ): string {
    const event = { kind, frameworkId: framework as FrameworkId };
    return this.run(roles.length === 0 ? event : { ...event, roles });
  }

  wait(time: number): string {
    this.now = millis(this.now + seconds(time));
    return this.run();
  }

  /** One interval later the periodic cycle. */
  tick(interval = 1): string {
    this.now = millis(this.now + seconds(interval));
    return this.allocate([], true);
  }

  run(...events: readonly AllocatorEvent[]): string {
    return this.allocate(events, false);
  }

  /** For what takes more than one look; the caller merges, or it never happened. */
  begin(): AllocatorTurn {
    return this.allocator.begin();
  }

  look<T>(at: (turn: AllocatorTurn) => T): T {
    return at(this.allocator.begin());
  }

  explain(owner: string, agent: string, shape?: Quantities): Explanation {
    const [framework, role] = split(owner);
    const query = { framework, role, agent: agent as AgentId, now: this.now };
    return this.look((turn) => turn.explain(shape === undefined ? query : { ...query, shape }));
  }

  private allocate(events: readonly AllocatorEvent[], cycle: boolean): string {
    const turn = this.allocator.begin();
    for (const event of events) turn.reduce(event);
    const { now, chance } = this;
    this.lastRun = turn.allocate({ now, chance, offersMax: 1000, cycle });
    turn.merge();
    this.held.push(...this.lastRun.allocations);
    return offersText(this.lastRun.allocations);
  }

  private booked(owner: string, agent: string, text: string): Holding {
    const [frameworkId, role] = split(owner);
    const holding = { frameworkId, role, agentId: agent as AgentId, resources: bag(text) };
    this.held.push(holding);
    return holding;
  }

  private heldBy(owner: string, agentId: string): readonly Allocation[] {
    const [frameworkId, role] = split(owner);
    const mine = this.held.filter(
      (each) => each.frameworkId === frameworkId && each.role === role && each.agentId === agentId,
    );
    this.held = this.held.filter((each) => !mine.includes(each));
    return mine;
  }

  private giveBack(holding: Holding, refuse: number | undefined): AllocatorEvent {
    const lives = refuse === undefined ? 0 : filterDuration(refuse);
    const event = { kind: 'recovered' as const, ...holding };
    return lives === 0 ? event : { ...event, filterUntil: millis(this.now + lives) };
  }
}

export function quotaEvent(role: string, guarantees: string, limits: string): AllocatorEvent {
  if (guarantees + limits === '') return { kind: 'quotaChanged', role };
  const promised = amounts(guarantees).filter((entry) => entry.milli > 0);
  const quota = {
    guarantees: promised as readonly (typeof promised)[number][] as Quantities,
    limits: amounts(limits) as readonly (typeof promised)[number][] as ResourceLimits,
  };
  return { kind: 'quotaChanged', role, quota };
}

export function offersText(allocations: readonly Allocation[]): string {
  return allocations
    .map(
      ({ frameworkId, role, agentId, resources }) =>
        `${frameworkId}@${role} ${agentId} ${bagText(resources)}`,
    )
    .sort()
    .join(' | ');
}

/** Who was offered something, in the order of the text. */
export function who(offers: string): readonly string[] {
  return offers === '' ? [] : offers.split(' | ').map((each) => each.split(' ')[0] ?? '');
}

function agentFacts(
  id: string,
  total: string,
  said: Partial<Omit<AgentFacts, 'id' | 'total'>>,
): AgentFacts {
  return { hostname: id, attributes: [], ...said, id: id as AgentId, total: bag(total) };
}

function split(spec: string): readonly [FrameworkId, string] {
  const [id, role] = spec.split('@');
  return [(id ?? '') as FrameworkId, role ?? ''];
}
