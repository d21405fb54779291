import { millis, SeededChance, type AgentId, type Millis } from '@ekiden/kernel';

import type {
  AllocationRun,
  AllocatorEvent,
  FrameworkFacts,
  Holding,
} from '../../src/allocator/index.js';
import type { FrameworkId } from '../../src/framework/index.js';
import {
  addResources,
  NO_RESOURCES,
  subtractResources,
  type Conversion,
  type Resources,
} from '../../src/resources/index.js';
import { converted } from './agent-events.js';

/** The roles histories choose from: never more than four, never deeper than three. */
const ROLE_SETS: readonly (readonly string[])[] = [
  ['a', 'a/b', 'a/b/c', 'x'],
  ['*', 'a', 'a/b', 'a/c'],
  ['a', 'b', 'c', 'd'],
  ['a/b', 'a/b/c', 'a/b/d', 'x'],
  ['a', '*'],
];

type Asked = Pick<Holding, 'frameworkId' | 'agentId'>;

/** What a random history has to know to say things that make sense: who is there, who has what. */
export class World {
  readonly roles: readonly string[];
  readonly agents = new Map<AgentId, Resources>();
  readonly frameworks = new Map<FrameworkId, FrameworkFacts>();
  /** Who was asked to leave and did not answer yet. */
  asked: readonly Asked[] = [];
  holdings: readonly Holding[] = [];
  now: Millis = millis(1_000_000);

  constructor(seed: number) {
    this.roles = new SeededChance(seed).shuffle(ROLE_SETS)[0] ?? ['*'];
  }

  copy(): World {
    const copy = new World(0);
    return Object.assign(copy, {
      roles: this.roles,
      agents: new Map(this.agents),
      frameworks: new Map(this.frameworks),
      asked: this.asked,
      holdings: this.holdings,
      now: this.now,
    });
  }

  /** Follows what an event says. */
  apply(event: AllocatorEvent): void {
    if (event.kind === 'agentAdded') {
      this.agents.set(event.agent.id, event.agent.total);
      for (const used of event.used ?? []) this.hold({ ...used, agentId: event.agent.id });
    } else if (event.kind === 'agentChanged') {
      this.agents.set(event.agent.id, event.agent.total);
    } else if (event.kind === 'agentRemoved') {
      this.agents.delete(event.agentId);
      this.forget((each) => each.agentId === event.agentId);
    } else if (event.kind === 'frameworkAdded') {
      this.frameworks.set(event.frameworkId, event);
    } else if (event.kind === 'frameworkRemoved') {
      this.frameworks.delete(event.frameworkId);
      this.forget((each) => each.frameworkId === event.frameworkId);
    } else if (event.kind === 'unavailabilityChanged') {
      this.asked = this.asked.filter((asked) => asked.agentId !== event.agentId);
    } else {
      this.applyToBooks(event);
    }
  }

  took(run: AllocationRun): void {
    for (const made of run.allocations) this.hold(made);
    this.asked = [...this.asked, ...run.inverse];
  }

  private applyToBooks(event: AllocatorEvent): void {
    if (event.kind === 'allocated') {
      this.hold(event);
    } else if (event.kind === 'recovered') {
      this.set(event, subtractResources(this.heldAt(event), event.resources));
    } else if (event.kind === 'converted') {
      this.set(event, converted(this.heldAt(event), event.conversions));
      this.convertTotal(event.agentId, event.conversions);
    } else if (event.kind === 'agentConverted') {
      this.convertTotal(event.agentId, event.conversions);
    } else if (event.kind === 'inverseOfferAnswered') {
      this.asked = this.asked.filter(
        (asked) => asked.agentId !== event.agentId || asked.frameworkId !== event.frameworkId,
      );
    }
  }

  private forget(gone: (each: Asked) => boolean): void {
    this.holdings = this.holdings.filter((held) => !gone(held));
    this.asked = this.asked.filter((asked) => !gone(asked));
  }

  private hold(holding: Holding): void {
    this.set(holding, addResources(this.heldAt(holding), holding.resources));
  }

  private heldAt(place: Omit<Holding, 'resources'>): Resources {
    return this.holdings.find((held) => isSame(held, place))?.resources ?? NO_RESOURCES;
  }

  private set(place: Omit<Holding, 'resources'>, resources: Resources): void {
    const { frameworkId, role, agentId } = place;
    const others = this.holdings.filter((held) => !isSame(held, place));
    const left = resources.length === 0 ? [] : [{ frameworkId, role, agentId, resources }];
    this.holdings = [...others, ...left];
  }

  private convertTotal(agentId: AgentId, conversions: readonly Conversion[]): void {
    const total = this.agents.get(agentId) ?? NO_RESOURCES;
    this.agents.set(agentId, converted(total, conversions));
  }
}

function isSame(a: Omit<Holding, 'resources'>, b: Omit<Holding, 'resources'>): boolean {
  return a.frameworkId === b.frameworkId && a.role === b.role && a.agentId === b.agentId;
}
