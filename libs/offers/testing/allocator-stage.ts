import { millis, SeededChance, seconds, type AgentId, type Millis } from '@ekiden/kernel';

import { drfAllocator, filterDuration } from '../src/allocator/index.js';
import type {
  Allocation,
  AllocatorEvent,
  AllocatorTurn,
  DrfOptions,
  Explanation,
} from '../src/allocator/index.js';
import type { Ask, FrameworkCapability, FrameworkId } from '../src/framework/index.js';
import {
  formatResources,
  parseAttributes,
  parseResources,
  quantities,
} from '../src/resources/index.js';
import type { Quantities, Resources } from '../src/resources/index.js';

/** `c2 m1024` = 2 cpus and 1024 MB; `c1(role1)` is reserved. */
export function bag(text: string): Resources {
  const full = text
    .split(' ')
    .map((word) => word.replace(/^([cmdg])(?:\(([^)]*)\))?([\d.]+)$/, expand))
    .join(';');
  const read = parseResources(full);
  if (!read.ok) throw new Error(`${text}: ${read.error.rule}`);
  return read.value;
}

const NAMES: Readonly<Record<string, string>> = { c: 'cpus', m: 'mem', d: 'disk', g: 'gpus' };

function expand(_: string, letter: string, role: string | undefined, amount: string): string {
  const name = NAMES[letter] ?? letter;
  return role === undefined ? `${name}:${amount}` : `${name}(${role}):${amount}`;
}

/** A scenario's stage: every call is a turn of its own that ends with an allocation run. */
export class Stage {
  private readonly allocator;
  private readonly chance = new SeededChance(1);
  private now: Millis = millis(1_000_000);
  private held: Allocation[] = [];

  constructor(options: DrfOptions = {}) {
    this.allocator = drfAllocator(options);
  }

  /** Adds an agent; returns who was offered what: `F1@role1 A1 cpus:2;mem:1024`. */
  agent(id: string, total: string, used: readonly (readonly [string, string])[] = []): string {
    const agent = { id: id as AgentId, hostname: id, attributes: [], total: bag(total) };
    return this.run(
      { kind: 'agentAdded', agent, active: true },
      ...used.map(([owner, resources]) => this.allocated(owner, id, resources)),
    );
  }

  change(id: string, total: string, attributes = ''): string {
    const read = parseAttributes(attributes);
    if (!read.ok) throw new Error(read.error.rule);
    const facts = { id: id as AgentId, hostname: id, attributes: read.value, total: bag(total) };
    return this.run({ kind: 'agentChanged', agent: facts });
  }

  /** `F1@role1,role2` */
  framework(
    spec: string,
    minimum?: Readonly<Record<string, readonly Quantities[]>>,
    capabilities: readonly FrameworkCapability[] = [],
  ): string {
    const [id, roles] = split(spec);
    const event = {
      kind: 'frameworkAdded' as const,
      frameworkId: id,
      roles: roles.split(','),
      active: true,
      ...(capabilities.length === 0 ? {} : { capabilities }),
    };
    return this.run(minimum === undefined ? event : { ...event, minimumAllocatable: minimum });
  }

  /** Gives back what a framework holds on an agent; `seconds` absent = without filter. */
  decline(owner: string, agentId: string, refuse?: number): string {
    const [frameworkId, role] = split(owner);
    const mine = this.held.find(
      (each) => each.frameworkId === frameworkId && each.role === role && each.agentId === agentId,
    );
    if (mine === undefined) throw new Error(`${owner} holds nothing on ${agentId}`);
    this.held = this.held.filter((each) => each !== mine);
    const event = { kind: 'recovered' as const, ...mine };
    const lives = refuse === undefined ? 0 : filterDuration(refuse);
    if (lives === 0) return this.run(event);
    return this.run({ ...event, filterUntil: millis(this.now + lives) });
  }

  /** A framework that is bound by its asks. */
  asking(spec: string): string {
    return this.framework(spec, undefined, ['ASKS']);
  }

  ask(framework: string, ...asks: readonly Ask[]): string {
    return this.run({ kind: 'askChanged', frameworkId: framework as FrameworkId, asks });
  }

  framed(kind: 'suppressed' | 'revived', framework: string, ...roles: readonly string[]): string {
    const event = { kind, frameworkId: framework as FrameworkId };
    return this.run(roles.length === 0 ? event : { ...event, roles });
  }

  wait(time: number): string {
    this.now = millis(this.now + seconds(time));
    return this.run();
  }

  run(...events: readonly AllocatorEvent[]): string {
    const turn = this.allocator.begin();
    for (const event of events) turn.reduce(event);
    const made = turn.allocate({ now: this.now, chance: this.chance, offersMax: 1000 }).allocations;
    turn.merge();
    this.held.push(...made);
    return made.map(show).sort().join(' | ');
  }

  look<T>(at: (turn: AllocatorTurn) => T): T {
    return at(this.allocator.begin());
  }

  explain(owner: string, agent: string, shape?: Quantities): Explanation {
    const [framework, role] = split(owner);
    const query = { framework, role, agent: agent as AgentId, now: this.now };
    return this.look((turn) => turn.explain(shape === undefined ? query : { ...query, shape }));
  }

  private allocated(owner: string, agent: string, resources: string): AllocatorEvent {
    const [frameworkId, role] = split(owner);
    const allocation = { frameworkId, role, agentId: agent as AgentId, resources: bag(resources) };
    this.held.push(allocation);
    return { kind: 'allocated', ...allocation };
  }
}

function split(spec: string): readonly [FrameworkId, string] {
  const [id, role] = spec.split('@');
  return [(id ?? '') as FrameworkId, role ?? ''];
}

export function show(made: Allocation): string {
  return `${made.frameworkId}@${made.role} ${made.agentId} ${formatResources(made.resources)}`;
}

export function ask(
  id: string,
  role: string,
  shape: Readonly<Record<string, number>>,
  count = 1,
): Ask {
  return { id, role, shape: quantities(shape), count };
}

export function who(offers: string): readonly string[] {
  return offers === '' ? [] : offers.split(' | ').map((each) => each.split(' ')[0] ?? '');
}
